// Written by scripts/write-service-list.mjs from the descriptors.
import { ServiceService as FlagdEvaluationV1ServiceDefinition } from './flagd/evaluation/v1/evaluation.js';
import { ServiceService as FlagdEvaluationV2ServiceDefinition } from './flagd/evaluation/v2/evaluation.js';
import { FlagSyncServiceService as FlagdSyncV1FlagSyncServiceDefinition } from './flagd/sync/v1/sync.js';
import { ApiKeyServiceService as SortitionAdminV1ApiKeyServiceDefinition } from './sortition/admin/v1/api_key_service.js';
import { AuditServiceService as SortitionAdminV1AuditServiceDefinition } from './sortition/admin/v1/audit_service.js';
import { DeclarationServiceService as SortitionAdminV1DeclarationServiceDefinition } from './sortition/admin/v1/declaration_service.js';
import { EventDefinitionServiceService as SortitionAdminV1EventDefinitionServiceDefinition } from './sortition/admin/v1/event_definition_service.js';
import { ExperimentServiceService as SortitionAdminV1ExperimentServiceDefinition } from './sortition/admin/v1/experiment_service.js';
import { FlagServiceService as SortitionAdminV1FlagServiceDefinition } from './sortition/admin/v1/flag_service.js';
import { LayerServiceService as SortitionAdminV1LayerServiceDefinition } from './sortition/admin/v1/layer_service.js';
import { MetricServiceService as SortitionAdminV1MetricServiceDefinition } from './sortition/admin/v1/metric_service.js';
import { OrganizationServiceService as SortitionAdminV1OrganizationServiceDefinition } from './sortition/admin/v1/organization_service.js';
import { PluginServiceService as SortitionAdminV1PluginServiceDefinition } from './sortition/admin/v1/plugin_service.js';
import { ProjectServiceService as SortitionAdminV1ProjectServiceDefinition } from './sortition/admin/v1/project_service.js';
import { SegmentServiceService as SortitionAdminV1SegmentServiceDefinition } from './sortition/admin/v1/segment_service.js';
import { WebhookServiceService as SortitionAdminV1WebhookServiceDefinition } from './sortition/admin/v1/webhook_service.js';
import { AssignmentServiceService as SortitionAssignmentV1AssignmentServiceDefinition } from './sortition/assignment/v1/assignment_service.js';
import { InteroperabilityServiceService as SortitionAssignmentV1InteroperabilityServiceDefinition } from './sortition/assignment/v1/interoperability_service.js';
import { SnapshotServiceService as SortitionAssignmentV1SnapshotServiceDefinition } from './sortition/assignment/v1/assignment_service.js';
import { DataServiceService as SortitionEventsV1DataServiceDefinition } from './sortition/events/v1/data_service.js';
import { EventsServiceService as SortitionEventsV1EventsServiceDefinition } from './sortition/events/v1/events_service.js';
import { QuarantineServiceService as SortitionEventsV1QuarantineServiceDefinition } from './sortition/events/v1/quarantine_service.js';
import { ResultsServiceService as SortitionMetricsV1ResultsServiceDefinition } from './sortition/metrics/v1/results_service.js';

/** Every service of the platform by its full name, in the form that grpc-js registers. */
export const SERVICES = {
  'flagd.evaluation.v1.Service': FlagdEvaluationV1ServiceDefinition,
  'flagd.evaluation.v2.Service': FlagdEvaluationV2ServiceDefinition,
  'flagd.sync.v1.FlagSyncService': FlagdSyncV1FlagSyncServiceDefinition,
  'sortition.admin.v1.ApiKeyService': SortitionAdminV1ApiKeyServiceDefinition,
  'sortition.admin.v1.AuditService': SortitionAdminV1AuditServiceDefinition,
  'sortition.admin.v1.DeclarationService': SortitionAdminV1DeclarationServiceDefinition,
  'sortition.admin.v1.EventDefinitionService': SortitionAdminV1EventDefinitionServiceDefinition,
  'sortition.admin.v1.ExperimentService': SortitionAdminV1ExperimentServiceDefinition,
  'sortition.admin.v1.FlagService': SortitionAdminV1FlagServiceDefinition,
  'sortition.admin.v1.LayerService': SortitionAdminV1LayerServiceDefinition,
  'sortition.admin.v1.MetricService': SortitionAdminV1MetricServiceDefinition,
  'sortition.admin.v1.OrganizationService': SortitionAdminV1OrganizationServiceDefinition,
  'sortition.admin.v1.PluginService': SortitionAdminV1PluginServiceDefinition,
  'sortition.admin.v1.ProjectService': SortitionAdminV1ProjectServiceDefinition,
  'sortition.admin.v1.SegmentService': SortitionAdminV1SegmentServiceDefinition,
  'sortition.admin.v1.WebhookService': SortitionAdminV1WebhookServiceDefinition,
  'sortition.assignment.v1.AssignmentService': SortitionAssignmentV1AssignmentServiceDefinition,
  'sortition.assignment.v1.InteroperabilityService': SortitionAssignmentV1InteroperabilityServiceDefinition,
  'sortition.assignment.v1.SnapshotService': SortitionAssignmentV1SnapshotServiceDefinition,
  'sortition.events.v1.DataService': SortitionEventsV1DataServiceDefinition,
  'sortition.events.v1.EventsService': SortitionEventsV1EventsServiceDefinition,
  'sortition.events.v1.QuarantineService': SortitionEventsV1QuarantineServiceDefinition,
  'sortition.metrics.v1.ResultsService': SortitionMetricsV1ResultsServiceDefinition,
} as const;
