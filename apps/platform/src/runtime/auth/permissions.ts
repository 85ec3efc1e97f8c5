import type { RpcName } from '@sortition/contracts';

import type { KeyKind } from './principal.js';

/** What a key may do. */
export type Permission =
  | 'configuration.read'
  | 'configuration.write'
  | 'keys.manage'
  | 'audit.read'
  | 'resolve'
  | 'explain'
  | 'sync'
  | 'events.write'
  | 'results.read'
  | 'results.compute';

/** Permissions of each kind of key. */
export const PERMISSIONS_OF_KIND: Readonly<Record<KeyKind, ReadonlySet<Permission>>> = {
  client: new Set<Permission>(['resolve', 'events.write']),
  server: new Set<Permission>(['resolve', 'explain', 'sync', 'events.write']),
  admin: new Set<Permission>([
    'configuration.read',
    'configuration.write',
    'keys.manage',
    'audit.read',
    'explain',
    'results.read',
    'results.compute',
  ]),
};

/** The permission that each RPC needs. An RPC without one does not compile. */
export const PERMISSION_OF_RPC: Readonly<Record<RpcName, Permission>> = {
  '/sortition.admin.v1.ApiKeyService/CreateApiKey': 'keys.manage',
  '/sortition.admin.v1.ApiKeyService/ListApiKeys': 'keys.manage',
  '/sortition.admin.v1.ApiKeyService/RevokeApiKey': 'keys.manage',
  '/sortition.admin.v1.AuditService/ListAuditEntries': 'audit.read',
  '/sortition.admin.v1.DeclarationService/ApplyDeclaration': 'configuration.write',
  '/sortition.admin.v1.DeclarationService/ExportDeclaration': 'configuration.read',
  '/sortition.admin.v1.ExperimentService/CreateExperiment': 'configuration.write',
  '/sortition.admin.v1.ExperimentService/DeleteExperiment': 'configuration.write',
  '/sortition.admin.v1.ExperimentService/EndExperiment': 'configuration.write',
  '/sortition.admin.v1.ExperimentService/GetExperiment': 'configuration.read',
  '/sortition.admin.v1.ExperimentService/ListExperiments': 'configuration.read',
  '/sortition.admin.v1.ExperimentService/StartExperiment': 'configuration.write',
  '/sortition.admin.v1.ExperimentService/UpdateExperiment': 'configuration.write',
  '/sortition.admin.v1.FlagService/CreateFlag': 'configuration.write',
  '/sortition.admin.v1.FlagService/DeleteFlag': 'configuration.write',
  '/sortition.admin.v1.FlagService/GetFlag': 'configuration.read',
  '/sortition.admin.v1.FlagService/GetFlagConfiguration': 'configuration.read',
  '/sortition.admin.v1.FlagService/ListFlagConfigurations': 'configuration.read',
  '/sortition.admin.v1.FlagService/ListFlags': 'configuration.read',
  '/sortition.admin.v1.FlagService/UpdateFlag': 'configuration.write',
  '/sortition.admin.v1.FlagService/UpdateFlagConfiguration': 'configuration.write',
  '/sortition.admin.v1.LayerService/CreateLayer': 'configuration.write',
  '/sortition.admin.v1.LayerService/GetLayer': 'configuration.read',
  '/sortition.admin.v1.LayerService/ListLayers': 'configuration.read',
  '/sortition.admin.v1.MetricService/CreateMetric': 'configuration.write',
  '/sortition.admin.v1.MetricService/DeleteMetric': 'configuration.write',
  '/sortition.admin.v1.MetricService/GetMetric': 'configuration.read',
  '/sortition.admin.v1.MetricService/ListMetrics': 'configuration.read',
  '/sortition.admin.v1.MetricService/UpdateMetric': 'configuration.write',
  '/sortition.admin.v1.ProjectService/CreateEnvironment': 'configuration.write',
  '/sortition.admin.v1.ProjectService/CreateProject': 'configuration.write',
  '/sortition.admin.v1.ProjectService/GetEnvironment': 'configuration.read',
  '/sortition.admin.v1.ProjectService/GetProject': 'configuration.read',
  '/sortition.admin.v1.ProjectService/ListEnvironments': 'configuration.read',
  '/sortition.admin.v1.ProjectService/ListProjects': 'configuration.read',
  '/sortition.admin.v1.SegmentService/CreateSegment': 'configuration.write',
  '/sortition.admin.v1.SegmentService/DeleteSegment': 'configuration.write',
  '/sortition.admin.v1.SegmentService/GetSegment': 'configuration.read',
  '/sortition.admin.v1.SegmentService/ListSegments': 'configuration.read',
  '/sortition.admin.v1.SegmentService/UpdateSegment': 'configuration.write',
  '/sortition.assignment.v1.AssignmentService/Explain': 'explain',
  '/sortition.assignment.v1.AssignmentService/Resolve': 'resolve',
  '/sortition.assignment.v1.AssignmentService/ResolveAll': 'resolve',
  '/sortition.assignment.v1.SnapshotService/GetSnapshot': 'sync',
  '/sortition.assignment.v1.SnapshotService/WatchSnapshot': 'sync',
  '/sortition.events.v1.EventsService/PublishEvents': 'events.write',
  '/sortition.metrics.v1.ResultsService/ComputeResults': 'results.compute',
  '/sortition.metrics.v1.ResultsService/GetResults': 'results.read',
};
