import { Module } from '@nestjs/common';

import { AdminStoreModule } from './admin-store.module.js';
import { ApplyDeclaration } from './application/apply-declaration.js';
import { CreateApiKey } from './application/create-api-key.js';
import { CreateEnvironment } from './application/create-environment.js';
import { CreateProject } from './application/create-project.js';
import { CreateResource } from './application/create-resource.js';
import { CreateStarter } from './application/create-starter.js';
import { DeleteResource } from './application/delete-resource.js';
import { EndExperiment } from './application/end-experiment.js';
import { EnsureOperatorToken } from './application/ensure-operator-token.js';
import { EventPolicies } from './application/event-policies.js';
import { ExportDeclaration } from './application/export-declaration.js';
import { GetResource } from './application/get-resource.js';
import { ListApiKeys } from './application/list-api-keys.js';
import { ListAuditEntries } from './application/list-audit-entries.js';
import { ListEventDefinitionVersions } from './application/list-event-definition-versions.js';
import { ListResources } from './application/list-resources.js';
import { Organizations } from './application/organizations.js';
import { ReadRelated } from './application/read-related.js';
import { ReadProjects } from './application/read-projects.js';
import { ReadManifest } from './application/read-manifest.js';
import { RevokeApiKey } from './application/revoke-api-key.js';
import { StartExperiment } from './application/start-experiment.js';
import { UpdateResource } from './application/update-resource.js';
import { WriteManifestFlag } from './application/write-manifest-flag.js';
import { ExperimentCatalogModule } from './experiment-catalog.module.js';
import { ProjectWriterModule } from './project-writer.module.js';
import { SnapshotFeedModule } from './snapshot-feed.module.js';
import { ApiKeyGrpc } from './transport/grpc/api-key.grpc.js';
import { AuditGrpc } from './transport/grpc/audit.grpc.js';
import { DeclarationGrpc } from './transport/grpc/declaration.grpc.js';
import { DeclarationStreamGrpc } from './transport/grpc/declaration-stream.grpc.js';
import { EventDefinitionGrpc } from './transport/grpc/event-definition.grpc.js';
import { ExperimentGrpc } from './transport/grpc/experiment.grpc.js';
import { OrganizationGrpc } from './transport/grpc/organization.grpc.js';
import { PluginGrpc } from './transport/grpc/plugin.grpc.js';
import { ProjectGrpc } from './transport/grpc/project.grpc.js';
import { StandardMethodsGrpc } from './transport/grpc/standard-methods.grpc.js';
import { StandardMethods } from './transport/grpc/standard-methods.js';
import { ManifestHttp } from './transport/http/manifest.http.js';
import { WebhookModule } from './webhook.module.js';

/** Everything configured, governed and audited. */
@Module({
  imports: [AdminStoreModule, ExperimentCatalogModule, ProjectWriterModule, SnapshotFeedModule, WebhookModule],
  controllers: [
    ApiKeyGrpc,
    AuditGrpc,
    DeclarationGrpc,
    DeclarationStreamGrpc,
    EventDefinitionGrpc,
    ExperimentGrpc,
    OrganizationGrpc,
    PluginGrpc,
    ProjectGrpc,
  ],
  providers: [
    ApplyDeclaration,
    CreateApiKey,
    CreateEnvironment,
    CreateProject,
    CreateResource,
    CreateStarter,
    DeleteResource,
    EndExperiment,
    EnsureOperatorToken,
    EventPolicies,
    ExportDeclaration,
    GetResource,
    ListApiKeys,
    ListAuditEntries,
    ListEventDefinitionVersions,
    ListResources,
    Organizations,
    ManifestHttp,
    ReadManifest,
    ReadProjects,
    ReadRelated,
    RevokeApiKey,
    StandardMethods,
    StandardMethodsGrpc,
    StartExperiment,
    UpdateResource,
    WriteManifestFlag,
  ],
  exports: [CreateStarter, EnsureOperatorToken, ExperimentCatalogModule, SnapshotFeedModule],
})
export class AdminModule {}
