/** The admin RPCs that the benchmark of writes makes. */
import { Buffer } from 'node:buffer';

import { Metadata, credentials } from '@grpc/grpc-js';
import { adminDeclarations, adminFlags, adminProjects } from '@sortition/contracts';

const CHUNK_BYTES = 256 * 1024;

export class AdminCalls {
  constructor(address, key) {
    const insecure = credentials.createInsecure();
    this.projects = new adminProjects.ProjectServiceClient(address, insecure);
    this.flags = new adminFlags.FlagServiceClient(address, insecure);
    this.declarations = new adminDeclarations.DeclarationServiceClient(address, insecure);
    this.metadata = new Metadata();
    this.metadata.set('authorization', `Bearer ${key}`);
  }

  /** Returns the resource name of a project with two environments. */
  async newProject(key) {
    const { CreateEnvironmentRequest, CreateProjectRequest } = adminProjects;
    await this.call(
      this.projects.createProject.bind(this.projects),
      CreateProjectRequest.fromPartial({ projectId: key, project: { displayName: key } }),
    );
    for (const environment of ['production', 'development']) {
      await this.call(
        this.projects.createEnvironment.bind(this.projects),
        CreateEnvironmentRequest.fromPartial({
          parent: `projects/${key}`,
          environmentId: environment,
          environment: { displayName: environment },
        }),
      );
    }
    return `projects/${key}`;
  }

  /** Resolves to the number of lines of the plan. */
  apply(project, declaration) {
    const call = this.declarations.streamApplyDeclaration(this.metadata, { deadline: Date.now() + 600_000 });
    call.write({ part: { $case: 'target', value: { parent: project, dryRun: false } } });
    const json = Buffer.from(JSON.stringify(declaration));
    for (let start = 0; start < json.length; start += CHUNK_BYTES) {
      call.write({ part: { $case: 'chunk', value: json.subarray(start, start + CHUNK_BYTES) } });
    }
    call.end();
    return new Promise((resolve, reject) => {
      let lines = 0;
      call.on('data', ({ part }) => (lines += part.$case === 'plan' ? part.value.changes.length : 0));
      call.on('error', reject);
      call.on('end', () => resolve(lines));
    });
  }

  toggle(project, flag, enabled) {
    return this.call(
      this.flags.updateFlagConfiguration.bind(this.flags),
      adminFlags.UpdateFlagConfigurationRequest.fromPartial({
        flagConfiguration: { name: `${project}/environments/production/flags/${flag}`, enabled },
        updateMask: ['enabled'],
      }),
    );
  }

  close() {
    for (const client of [this.projects, this.flags, this.declarations]) client.close();
  }

  call(method, request, metadata = this.metadata) {
    return new Promise((resolve, reject) => {
      method(request, metadata, { deadline: Date.now() + 600_000 }, (error, response) =>
        error ? reject(error) : resolve(response),
      );
    });
  }
}
