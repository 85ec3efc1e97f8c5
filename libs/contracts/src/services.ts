import { ServiceService as FlagdEvaluationV1Service } from './generated/flagd/evaluation/v1/evaluation.js';
import { ServiceService as FlagdEvaluationV2Service } from './generated/flagd/evaluation/v2/evaluation.js';
import { FlagSyncServiceService } from './generated/flagd/sync/v1/sync.js';
import { ApiKeyServiceService } from './generated/sortition/admin/v1/api_key_service.js';
import { AuditServiceService } from './generated/sortition/admin/v1/audit_service.js';
import { DeclarationServiceService } from './generated/sortition/admin/v1/declaration_service.js';
import { EventDefinitionServiceService } from './generated/sortition/admin/v1/event_definition_service.js';
import { ExperimentServiceService } from './generated/sortition/admin/v1/experiment_service.js';
import { FlagServiceService } from './generated/sortition/admin/v1/flag_service.js';
import { LayerServiceService } from './generated/sortition/admin/v1/layer_service.js';
import { MetricServiceService } from './generated/sortition/admin/v1/metric_service.js';
import { OrganizationServiceService } from './generated/sortition/admin/v1/organization_service.js';
import { PluginServiceService } from './generated/sortition/admin/v1/plugin_service.js';
import { ProjectServiceService } from './generated/sortition/admin/v1/project_service.js';
import { SegmentServiceService } from './generated/sortition/admin/v1/segment_service.js';
import {
  AssignmentServiceService,
  SnapshotServiceService,
} from './generated/sortition/assignment/v1/assignment_service.js';
import { InteroperabilityServiceService } from './generated/sortition/assignment/v1/interoperability_service.js';
import { DataServiceService } from './generated/sortition/events/v1/data_service.js';
import { EventsServiceService } from './generated/sortition/events/v1/events_service.js';
import { QuarantineServiceService } from './generated/sortition/events/v1/quarantine_service.js';
import { ResultsServiceService } from './generated/sortition/metrics/v1/results_service.js';

/** Every service of the platform by its full name, in the form that grpc-js registers. */
export const SERVICES = {
  'flagd.evaluation.v1.Service': FlagdEvaluationV1Service,
  'flagd.evaluation.v2.Service': FlagdEvaluationV2Service,
  'flagd.sync.v1.FlagSyncService': FlagSyncServiceService,
  'sortition.admin.v1.ApiKeyService': ApiKeyServiceService,
  'sortition.admin.v1.AuditService': AuditServiceService,
  'sortition.admin.v1.DeclarationService': DeclarationServiceService,
  'sortition.admin.v1.EventDefinitionService': EventDefinitionServiceService,
  'sortition.admin.v1.ExperimentService': ExperimentServiceService,
  'sortition.admin.v1.FlagService': FlagServiceService,
  'sortition.admin.v1.LayerService': LayerServiceService,
  'sortition.admin.v1.MetricService': MetricServiceService,
  'sortition.admin.v1.OrganizationService': OrganizationServiceService,
  'sortition.admin.v1.PluginService': PluginServiceService,
  'sortition.admin.v1.ProjectService': ProjectServiceService,
  'sortition.admin.v1.SegmentService': SegmentServiceService,
  'sortition.assignment.v1.AssignmentService': AssignmentServiceService,
  'sortition.assignment.v1.InteroperabilityService': InteroperabilityServiceService,
  'sortition.assignment.v1.SnapshotService': SnapshotServiceService,
  'sortition.events.v1.DataService': DataServiceService,
  'sortition.events.v1.EventsService': EventsServiceService,
  'sortition.events.v1.QuarantineService': QuarantineServiceService,
  'sortition.metrics.v1.ResultsService': ResultsServiceService,
} as const;

export type ServiceName = keyof typeof SERVICES;

/** Path of an RPC on the wire, for example `/sortition.events.v1.EventsService/PublishEvents`. */
export type RpcName = { [S in ServiceName]: Paths<(typeof SERVICES)[S]> }[ServiceName];

type Paths<T> = { [M in keyof T]: T[M] extends { readonly path: infer P extends string } ? P : never }[keyof T];
