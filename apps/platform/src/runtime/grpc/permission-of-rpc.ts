import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { type RpcName, SERVICES } from '@sortition/contracts';

import { isPermission, type Permission } from '../auth/permissions.js';
import { fileRegistry } from './file-registry.js';

const OPTION = 'sortition.options.v1.permission';
const ENUM_PREFIX = 'PERMISSION_';

/** The permissions of protocols that are not ours, whose proto files are kept as their authors publish them. */
const PERMISSION_OF_FOREIGN_SERVICE: Readonly<Record<string, Permission>> = {
  'flagd.evaluation.v1.Service': 'resolve',
  'flagd.evaluation.v2.Service': 'resolve',
  'flagd.sync.v1.FlagSyncService': 'sync',
};

/** The permission that each RPC needs, as its proto file says in the option `sortition.options.v1.permission`. */
export const PERMISSION_OF_RPC: Readonly<Record<RpcName, Permission>> = readPermissions();

/** @throws Error naming the RPC that has no permission, so that the platform does not start with it. */
function readPermissions(): Readonly<Record<RpcName, Permission>> {
  const registry = fileRegistry();
  const option = registry.getExtension(OPTION);
  if (option?.fieldKind !== 'enum') throw new Error(`The descriptors have no option ${OPTION}.`);
  const optionOf = (method: DescMethod): unknown => {
    const name = option.enum.value[getOption(method, option) as number]?.name ?? '';
    return name.replace(ENUM_PREFIX, '').toLowerCase().replaceAll('_', '.');
  };
  const permissions = Object.keys(SERVICES).flatMap((service) =>
    (registry.getService(service)?.methods ?? []).map((method) => {
      const permission = PERMISSION_OF_FOREIGN_SERVICE[service] ?? optionOf(method);
      if (!isPermission(permission)) throw new Error(`The RPC ${service}/${method.name} says no permission.`);
      return [`/${service}/${method.name}`, permission] as const;
    }),
  );
  // The services and the descriptors are generated from the same files.
  return Object.fromEntries(permissions) as Record<RpcName, Permission>;
}
