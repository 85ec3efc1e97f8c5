import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminProjects } from '@sortition/contracts';
import { invalidArgument, requireKey } from '@sortition/declaration';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { CallerGone } from '../../../../runtime/grpc/caller-gone.js';
import { CreateEnvironment } from '../../application/create-environment.js';
import { CreateProject } from '../../application/create-project.js';
import { ReadProjects } from '../../application/read-projects.js';
import { parseName } from '../../domain/resource-name.js';
import { authorOf } from './author-of.js';
import { environmentMessage, projectMessage } from './project.mapper.js';

@Controller()
export class ProjectGrpc {
  constructor(
    private readonly createOfProject: CreateProject,
    private readonly createOfEnvironment: CreateEnvironment,
    private readonly read: ReadProjects,
  ) {}

  @GrpcMethod('ProjectService', 'CreateProject')
  async createProject(
    @Payload() { parent, projectId, project, requestId }: adminProjects.CreateProjectRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminProjects.CreateProjectResponse> {
    requireNoParent(parent);
    const key = requireKey(projectId, 'project_id');
    const created = { key, displayName: project?.displayName ?? '', requestId };
    return { project: projectMessage(await this.createOfProject.execute(authorOf(principal), created)) };
  }

  @GrpcMethod('ProjectService', 'GetProject')
  async getProject(
    @Payload() request: adminProjects.GetProjectRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminProjects.GetProjectResponse> {
    const { project } = parseName('project', request.name);
    return { project: projectMessage(await this.read.project(authorOf(principal), project)) };
  }

  @GrpcMethod('ProjectService', 'ListProjects')
  async listProjects(
    @Payload() { parent, pageSize: size, pageToken: token }: adminProjects.ListProjectsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminProjects.ListProjectsResponse> {
    requireNoParent(parent);
    const { items, nextToken } = await this.read.projects(authorOf(principal), { size, token });
    return { projects: items.map(projectMessage), nextPageToken: nextToken };
  }

  @GrpcMethod('ProjectService', 'CreateEnvironment')
  async createEnvironment(
    @Payload() { parent, environmentId, environment, requestId }: adminProjects.CreateEnvironmentRequest,
    @CurrentPrincipal() principal: Principal,
    @CallerGone() signal: AbortSignal,
  ): Promise<adminProjects.CreateEnvironmentResponse> {
    const { project } = parseName('project', parent, 'parent');
    const key = requireKey(environmentId, 'environment_id');
    const wanted = { project, key, displayName: environment?.displayName ?? '', requestId };
    const created = await this.createOfEnvironment.execute(authorOf(principal), wanted, { signal });
    return { environment: environmentMessage(project, created) };
  }

  @GrpcMethod('ProjectService', 'GetEnvironment')
  async getEnvironment(
    @Payload() request: adminProjects.GetEnvironmentRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminProjects.GetEnvironmentResponse> {
    const { project, environment } = parseName('environment', request.name);
    const found = await this.read.environment(authorOf(principal), project, environment);
    return { environment: environmentMessage(project, found) };
  }

  @GrpcMethod('ProjectService', 'ListEnvironments')
  async listEnvironments(
    @Payload() { parent, pageSize: size, pageToken: token }: adminProjects.ListEnvironmentsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminProjects.ListEnvironmentsResponse> {
    const { project } = parseName('project', parent, 'parent');
    const { items, nextToken } = await this.read.environments(authorOf(principal), project, { size, token });
    return { environments: items.map((each) => environmentMessage(project, each)), nextPageToken: nextToken };
  }
}

function requireNoParent(parent: string): void {
  if (parent !== '') throw invalidArgument('parent', parent, 'must be empty; the key names the organization');
}
