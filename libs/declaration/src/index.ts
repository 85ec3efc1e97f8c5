export { addressOf, fieldOf, nameFormOf, nameOf, pathOf, pluralOf } from './kind-words.js';
export { canonicalJson } from './canonical-json.js';
export * from './configuration-errors.js';
export { defaultsOf, fieldsOf, isSeenByEvaluation, mutableFieldsOf, withoutSecrets } from './definition-fields.js';
export type { AnyField } from './definition-fields.js';
export { differingPaths } from './differing-paths.js';
export { applyDeclaration } from './document/apply-declaration.js';
export type { PlannedChange } from './document/apply-declaration.js';
export { checkDeclaration } from './document/check-declaration.js';
export type { CheckOptions } from './document/check-declaration.js';
export { declareProject } from './document/declare-project.js';
export { changesOf, declaredForm, definitionOf } from './document/declared-form.js';
export type { Declaration, Keyed } from './document/declaration.js';
export { DECLARATION_SCHEMA } from './document/declaration-schema.js';
export { parseDeclaration, parseDeclarationInSteps } from './document/parse-declaration.js';
export { inexactNumbers, readDocument, readDocumentInSteps } from './document/read-document.js';
export { buildSnapshot, ITEM_KINDS, servesRunning } from './project/build-snapshot.js';
export type { ItemKind } from './project/build-snapshot.js';
export { checkReferences, refuseDistinct } from './project/check-project.js';
export { CheckedEnvironment, NO_ENVIRONMENT } from './project/checked-environment.js';
export type { Checked } from './project/checked-environment.js';
export { itemChanges } from './project/item-changes.js';
export type { ItemChanges } from './project/item-changes.js';
export { ResourceTable } from './project/resource-table.js';
export { allItems, touchedItems, touchesNothing } from './project/touched-items.js';
export type { TouchedItems } from './project/touched-items.js';
export {
  addEnvironment,
  createResource,
  removeResource,
  replaceResource,
  updateResource,
} from './project/edit-resource.js';
export type { Environment, Project } from './project/project.js';
export { ProjectDraft } from './project/project-draft.js';
export type { ResourceChange } from './project/project-draft.js';
export { configurationsOf, slotOf } from './project/project-state.js';
export type { Draft, DraftSources, ProjectState } from './project/project-state.js';
export { referencesOf } from './project/references.js';
export { etagOf } from './resource.js';
export type {
  AnyResource,
  DeclaredForms,
  DefinitionChanges,
  Definitions,
  Reference,
  Resource,
  ResourceAddress,
  ResourceKind,
} from './resource.js';
export { formatNameOf, parseNameOf, requireKey } from './resource-name.js';
export type { NameParts } from './resource-name.js';
export { defineResourceType } from './resource-type.js';
export type {
  CompletionSources,
  DeclaredContext,
  DeclaredPlace,
  ResourceField,
  ResourceType,
} from './resource-type.js';
export { RESOURCE_KINDS, RESOURCE_TYPES, typeOfKind } from './resource-types.js';
export type * from './resource-types.js';
export { requireStorableText } from './storable-text.js';
export type { EventDefinition, ValueRule } from './resources/event-definition/event-definition.js';
export { compileEventSchema } from './resources/event-definition/event-schema.js';
export type { EventSchema } from './resources/event-definition/event-schema.js';
export { EVENT_POLICY_KEY, INITIAL_EVENT_POLICY } from './resources/event-policy/event-policy.js';
export type { EventPolicy } from './resources/event-policy/event-policy.js';
export { alphaOrDefault } from './resources/experiment/experiment-definition.js';
export type {
  ExperimentDefinition,
  ExperimentMetric,
  ExperimentState,
} from './resources/experiment/experiment-definition.js';
export { expectedWeights } from './resources/experiment/expected-weights.js';
export { endExperiment, freeBucketsOf, startExperiment } from './resources/experiment/experiment-lifecycle.js';
export type { FlagDefinition } from './resources/flag/flag-definition.js';
export type { DeclaredRule, DeclaredSplit } from './resources/flag-configuration/declared-rule.js';
export type {
  ConfiguredRule,
  ConfiguredServe,
  FlagConfiguration,
} from './resources/flag-configuration/flag-configuration.js';
export type { LayerDefinition } from './resources/layer/layer-definition.js';
export type {
  EventSelection,
  MetricCap,
  MetricDefinition,
  MetricDenominator,
  MetricKind,
  PropertyFilter,
} from './resources/metric/metric-definition.js';
export { METRIC_FORMS, METRIC_KINDS, selectionOf } from './resources/metric/metric-form.js';
export type { MetricForm, MetricRead, SpecialField } from './resources/metric/metric-form.js';
export { isToldOf } from './resources/webhook/webhook-definition.js';
export type { SegmentDefinition } from './resources/segment/segment-definition.js';
