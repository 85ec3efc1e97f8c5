import { credentials, Metadata } from '@grpc/grpc-js';
import {
  adminDeclarations,
  adminProjects,
  assignment,
  eventsData,
  interoperability,
  quarantine,
  results,
} from '@sortition/contracts';
import type { JsonObject } from '@sortition/kernel';

import { exportedChunks } from './data-client.js';
import { appliedDeclaration, exportedDeclaration, type DeclarationApplication } from './declaration-client.js';
import type { Connection } from './resolve-connection.js';
import { unaryCall } from './unary-call.js';
import type { UnaryMethod } from './unary-call.js';

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Longest time for reading or changing configuration. */
const SHORT_MS = 30_000;

/** Longest time for computing results or erasing. */
const LONG_MS = 600_000;

/** The RPCs that commands use, over one channel. Failures are `DomainError`s with the platform's own code and message. */
export class PlatformClient {
  private readonly declarations: adminDeclarations.DeclarationServiceClient;
  private readonly assignment: assignment.AssignmentServiceClient;
  private readonly projects: adminProjects.ProjectServiceClient;
  private readonly interoperability: interoperability.InteroperabilityServiceClient;
  private readonly results: results.ResultsServiceClient;
  private readonly data: eventsData.DataServiceClient;
  private readonly quarantine: quarantine.QuarantineServiceClient;
  private readonly metadata = new Metadata();

  constructor(private readonly connection: Connection) {
    const { target, isSecure, key } = connection;
    this.metadata.set('authorization', `Bearer ${key}`);
    const channelCredentials = isSecure ? credentials.createSsl() : credentials.createInsecure();
    const options = {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    };
    this.declarations = new adminDeclarations.DeclarationServiceClient(target, channelCredentials, options);
    const shared = { ...options, channelOverride: this.declarations.getChannel() };
    this.assignment = new assignment.AssignmentServiceClient(target, channelCredentials, shared);
    this.projects = new adminProjects.ProjectServiceClient(target, channelCredentials, shared);
    this.interoperability = new interoperability.InteroperabilityServiceClient(target, channelCredentials, shared);
    this.quarantine = new quarantine.QuarantineServiceClient(target, channelCredentials, shared);
    this.results = new results.ResultsServiceClient(target, channelCredentials, shared);
    this.data = new eventsData.DataServiceClient(target, channelCredentials, shared);
  }

  /** Applies a declaration of any size. @returns the plan. */
  applyDeclaration(
    application: DeclarationApplication,
    onProgress?: (progress: adminDeclarations.DeclarationProgress) => void,
  ): Promise<readonly adminDeclarations.Change[]> {
    return appliedDeclaration(this.declarations, application, this.metadata, this.connection.target, onProgress);
  }

  /** @param parent resource name of the project. */
  exportDeclaration(parent: string): Promise<JsonObject> {
    return exportedDeclaration(this.declarations, parent, this.metadata, this.connection.target);
  }

  explain(request: assignment.ExplainRequest): Promise<assignment.ExplainResponse> {
    return this.call(this.assignment.explain.bind(this.assignment), request, SHORT_MS);
  }

  /** The first thousand environments of a project, by resource name. */
  async environmentNames(project: string): Promise<readonly string[]> {
    const { environments } = await this.call(
      this.projects.listEnvironments.bind(this.projects),
      { parent: `projects/${project}`, pageSize: 1_000, pageToken: '' },
      SHORT_MS,
    );
    return environments.map(({ name }) => name);
  }

  /** @param environment resource name. */
  getFlagdTranslation(environment: string): Promise<interoperability.GetFlagdTranslationResponse> {
    const method = this.interoperability.getFlagdTranslation.bind(this.interoperability);
    return this.call(method, { environment }, SHORT_MS);
  }

  computeResults(experiment: string): Promise<results.ComputeResultsResponse> {
    return this.call(this.results.computeResults.bind(this.results), { experiment }, LONG_MS);
  }

  getResults(experiment: string): Promise<results.GetResultsResponse> {
    return this.call(this.results.getResults.bind(this.results), { experiment }, SHORT_MS);
  }

  listQuarantinedEvents(
    request: quarantine.ListQuarantinedEventsRequest,
  ): Promise<quarantine.ListQuarantinedEventsResponse> {
    return this.call(this.quarantine.listQuarantinedEvents.bind(this.quarantine), request, SHORT_MS);
  }

  replayQuarantinedEvents(
    request: quarantine.ReplayQuarantinedEventsRequest,
  ): Promise<quarantine.ReplayQuarantinedEventsResponse> {
    return this.call(this.quarantine.replayQuarantinedEvents.bind(this.quarantine), request, LONG_MS);
  }

  eraseUnit(request: eventsData.EraseUnitRequest): Promise<eventsData.EraseUnitResponse> {
    return this.call(this.data.eraseUnit.bind(this.data), request, LONG_MS);
  }

  /** The bytes of a Parquet file. */
  exportEvents(request: eventsData.ExportEventsRequest): AsyncGenerator<Uint8Array> {
    return exportedChunks(this.data, request, this.metadata, this.connection.target);
  }

  close(): void {
    this.declarations.close();
  }

  private call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    timeoutMs: number,
  ): Promise<Response> {
    return unaryCall(method, request, { metadata: this.metadata, timeoutMs, target: this.connection.target });
  }
}
