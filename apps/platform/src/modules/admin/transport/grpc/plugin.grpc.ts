import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { adminPlugins } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';
import type { PluginHost } from '@sortition/plugin-host';

import { PLUGINS } from '../../../../runtime/plugins/plugins-token.js';

/** Tells which plugins this process has. They are the process's own: what a request can change is elsewhere. */
@Controller()
export class PluginGrpc {
  constructor(@Inject(PLUGINS) private readonly plugins: PluginHost) {}

  @GrpcMethod('PluginService', 'ListPlugins')
  async listPlugins(
    @Payload() { pageToken }: adminPlugins.ListPluginsRequest,
  ): Promise<adminPlugins.ListPluginsResponse> {
    if (pageToken !== '') {
      const description = 'must be empty: all plugins stand on one page';
      throw new DomainError('invalid', 'INVALID_ARGUMENT', `The page_token ${description}.`, {
        violations: [{ field: 'page_token', description }],
      });
    }
    const healths = await this.plugins.health();
    const plugins = this.plugins.list().map(({ isBuiltIn, targetingOperators, warehouseSchemes, ...plugin }) => {
      const health = healths.get(plugin.name);
      return {
        ...plugin,
        builtIn: isBuiltIn,
        targetingOperators: [...targetingOperators],
        warehouseSchemes: [...warehouseSchemes],
        health: health?.status === 'ok' ? adminPlugins.PluginHealth.OK : adminPlugins.PluginHealth.FAILING,
        healthDetail: health?.detail ?? '',
      };
    });
    return { plugins, nextPageToken: '' };
  }
}
