import {
  DomainError,
  type FieldViolation,
  finished,
  isHeldByDouble,
  type JsonObject,
  type Steps,
} from '@sortition/kernel';
import { createScanner, type JSONPath, visit as visitJson } from 'jsonc-parser';
import {
  isScalar,
  parseDocument,
  visit as visitYaml,
  type Document,
  type Node,
  type Pair,
  type YAMLParseError,
} from 'yaml';

import { refuseViolations } from '../configuration-errors.js';
import { requireStorableTexts } from '../storable-text.js';

const BYTE_ORDER_MARK = '\uFEFF';
/** Aliases that one document may follow, so that a small file does not become a large one. */
const MOST_ALIASES = 100;
const TOKENS_AT_ONCE = 1_000;
/** Of `SyntaxKind`, a const enum of jsonc-parser, which modules that are compiled one by one cannot name. */
const TOKEN = { openBrace: 1, closeBrace: 2, colon: 6, text: 10, end: 17 } as const;

/**
 * Reads the text of a declaration. What it says is not checked yet.
 *
 * @param name of the file, for errors.
 * @throws DomainError INVALID_ARGUMENT naming the line, INVALID_CONFIGURATION for what would be read as something else:
 *   numbers that double precision cannot hold, names that stand twice.
 */
export function readDocument(text: string, format: 'json' | 'yaml', name: string): JsonObject {
  return finished(readDocumentInSteps(text, format, name));
}

/** Like {@link readDocument}, in steps; the parsers' own work is one of them. */
export function* readDocumentInSteps(text: string, format: 'json' | 'yaml', name: string): Steps<JsonObject> {
  if (text.includes('\u0000')) throw malformed(name, 'it is no UTF-8 text; save it as UTF-8');
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const parsed = format === 'json' ? yield* readJson(content, name) : readYaml(content, name);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformed(name, 'it must be an object with flags, segments, layers, metrics or experiments');
  }
  yield* requireStorableTexts(parsed, 'declaration');
  // Both readers only make JSON values.
  return parsed as JsonObject;
}

/**
 * Numbers of a valid JSON text that double precision cannot hold, by path.
 *
 * @param text that JSON.parse takes.
 */
export function inexactNumbers(text: string): readonly FieldViolation[] {
  // Shorter numbers are held; this spares the walk.
  if (!/[\d.]{16}|[eE][-+]?\d{3}/.test(text)) return [];
  const found: FieldViolation[] = [];
  visitJson(text, {
    onLiteralValue: (value: unknown, offset, length, _line, _character, pathOf) => {
      const literal = text.slice(offset, offset + length);
      if (typeof value === 'number' && !isHeldByDouble(literal)) found.push(inexact(fieldOf(pathOf()), literal));
    },
  });
  return found;
}

function* readJson(text: string, name: string): Steps<unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw malformed(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
  yield;
  const inexactOnes = inexactNumbers(text);
  yield;
  refuseViolations([...inexactOnes, ...((yield* hasRepeatedNames(text)) ? repeatedNames(text) : [])]);
  return parsed;
}

/** Whether a name stands twice in an object of a valid JSON text. */
function* hasRepeatedNames(text: string): Steps<boolean> {
  const scanner = createScanner(text, true);
  const open: Set<string>[] = [];
  let lastText = '';
  const next = (): number => scanner.scan();
  for (let token = next(), count = 1; token !== TOKEN.end; token = next(), count += 1) {
    if (token === TOKEN.openBrace) open.push(new Set());
    else if (token === TOKEN.closeBrace) open.pop();
    else if (token === TOKEN.text) lastText = scanner.getTokenValue();
    else if (token === TOKEN.colon) {
      const names = open.at(-1);
      if (names?.has(lastText) === true) return true;
      names?.add(lastText);
    }
    if (count % TOKENS_AT_ONCE === 0) yield;
  }
  return false;
}

/** The names that stand twice in an object, by path. */
function repeatedNames(text: string): readonly FieldViolation[] {
  const found: FieldViolation[] = [];
  const open: Set<string>[] = [];
  visitJson(text, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectProperty: (property, _offset, _length, _line, _character, pathOf) => {
      const names = open.at(-1);
      if (names?.has(property)) {
        found.push({ field: fieldOf([...pathOf(), property]), description: 'stands twice in the same object' });
      }
      names?.add(property);
    },
    onObjectEnd: () => {
      open.pop();
    },
  });
  return found;
}

function readYaml(text: string, name: string): unknown {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error) throw malformed(name, firstLine(error), error);
  refuseViolations(inexactScalars(document));
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    throw malformed(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function inexactScalars(document: Document.Parsed): readonly FieldViolation[] {
  const found: FieldViolation[] = [];
  visitYaml(document, {
    Scalar: (_key, { value, source }, path) => {
      if (typeof value !== 'number') return;
      const literal = source ?? String(value);
      const isHeld = /^[-+]?0[xo]/.test(literal) ? Number.isSafeInteger(value) : isHeldByDouble(literal);
      if (!isHeld) found.push(inexact(fieldOf(yamlPath(path as readonly (Node | Pair)[])), literal));
    },
  });
  return found;
}

/** Names and positions on the way to a node: pairs name, lists number. */
function yamlPath(path: readonly (Node | Pair)[]): JSONPath {
  return path.flatMap((node, index): JSONPath => {
    if ('key' in node) return [isScalar(node.key) ? String(node.key.value) : '?'];
    const child = path[index + 1];
    const items: readonly unknown[] = 'items' in node && Array.isArray(node.items) ? node.items : [];
    const isList =
      items.length > 0 && !items.some((item) => typeof item === 'object' && item !== null && 'key' in item);
    return isList && child ? [items.indexOf(child)] : [];
  });
}

function fieldOf(path: JSONPath): string {
  return path.reduce<string>((field, part) => {
    if (typeof part === 'number') return `${field}[${part}]`;
    return field === '' ? part : `${field}.${part}`;
  }, '');
}

function inexact(field: string, literal: string): FieldViolation {
  const value = Number(literal);
  const nearest = Number.isFinite(value)
    ? `; the nearest is ${String(value)}. Write it as text to keep its digits`
    : '';
  return { field, description: `must be a number that double precision holds, got ${literal.slice(0, 80)}${nearest}` };
}

function firstLine(error: YAMLParseError): string {
  const [line = error.message] = error.message.split('\n');
  return line.replace(/:$/, '');
}

function malformed(name: string, reason: string, cause?: unknown): DomainError {
  const message = `The declaration "${name}" can not be read: ${reason}.`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', message, {
    cause,
    violations: [{ field: '--file', description: message }],
  });
}
