import { Buffer } from 'node:buffer';

import { isEventValue } from '../../domain/event-value.js';
import type { TranscribedEvent } from '../../domain/transcribed-event.js';
import { BYTES, FIXED64, MAX_ENTRIES, MessageFields, VARINT } from './message-fields.js';
import { NOT_PLAIN, PlainJson } from './plain-json.js';

/** Field numbers of the messages. */
const EVENT = { id: 1, time: 2, exposure: 3, tracked: 4 };
const TIMESTAMP = { seconds: 1, nanos: 2 };
const EXPOSURE = { flag: 1, variant: 2, rule: 3, experiment: 4, phase: 5, unitAttribute: 6, unit: 7 };
const TRACKED = { name: 1, units: 2, value: 3, properties: 4 };
const ENTRY = { key: 1, value: 2 };
const STRUCT = { fields: 1 };
const VALUE = { null: 1, number: 2, text: 3, boolean: 4 };

/** No plain text is longer, which is within what every text may have. */
const MAX_TEXT_LENGTH = 256;
const MAX_PROPERTY_LENGTH = 1_024;
const MAX_PHASE = 2_147_483_647;
/** The end of the year 9999. */
const MAX_SECONDS = 253_402_300_799;
const MAX_NANOS = 999_999_999;
/** A text in quotes and what may stand around it. */
const sizeOf = (textLength: number): number => textLength + 32;
const MAX_JSON_LENGTH =
  8 * sizeOf(MAX_TEXT_LENGTH) + MAX_ENTRIES * (3 * sizeOf(MAX_TEXT_LENGTH) + sizeOf(MAX_PROPERTY_LENGTH));

const JSON_OF_EXPOSURE = {
  flag: Buffer.from('{"flag":'),
  variant: Buffer.from(',"variant":'),
  rule: Buffer.from(',"rule":'),
  experiment: Buffer.from(',"experiment":'),
  phase: Buffer.from(',"phase":'),
  unitAttribute: Buffer.from(',"unitAttribute":'),
  unit: Buffer.from(',"unit":'),
};
const JSON_OF_TRACKED = {
  name: Buffer.from('{"name":'),
  value: Buffer.from(',"value":'),
  units: Buffer.from(',"units":{'),
  properties: Buffer.from('},"properties":{'),
  end: Buffer.from('}}'),
};
const END = Buffer.from('}');
const COMMA = Buffer.from(',');
const COLON = Buffer.from(':');
const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const TARGETING_KEY = Buffer.from('targetingKey');

const UUID = Array.from('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', (character) => character === '-');
const DASH = codeOf('-');

/**
 * Turns encoded events into the JSON that is stored without decoding them into objects, which is most of what an event
 * costs. It takes plain events only, as nearly all are: texts without escapes, properties that lie flat, nothing near a
 * limit. Others, and with them everything that is to be refused, are decoded and checked instead; what both ways take
 * comes out the same, character by character.
 */
export class EventTranscriber {
  private readonly event = new MessageFields({ wireTypes: [undefined, BYTES, BYTES, BYTES, BYTES] });
  private readonly time = new MessageFields({ wireTypes: [undefined, VARINT, VARINT] });
  private readonly exposure = new MessageFields({
    wireTypes: [undefined, BYTES, BYTES, BYTES, BYTES, VARINT, BYTES, BYTES],
  });
  private readonly tracked = new MessageFields({
    wireTypes: [undefined, BYTES, BYTES, FIXED64, BYTES],
    repeated: TRACKED.units,
  });
  private readonly properties = new MessageFields({ wireTypes: [undefined, BYTES], repeated: STRUCT.fields });
  private readonly entry = new MessageFields({ wireTypes: [undefined, BYTES, BYTES] });
  private readonly value = new MessageFields({ wireTypes: [undefined, VARINT, FIXED64, BYTES, VARINT] });
  private readonly json = new PlainJson(MAX_JSON_LENGTH);
  private bytes: Buffer = Buffer.alloc(0);
  /** Where the keys begin that the object which is being written has so far, and where they end. */
  private readonly keyStarts = new Int32Array(MAX_ENTRIES);
  private readonly keyEnds = new Int32Array(MAX_ENTRIES);

  /** Returns undefined when the event that lies at `start` is not plain. */
  transcribe(bytes: Buffer, start: number, end: number): TranscribedEvent | undefined {
    this.bytes = bytes;
    this.json.start();
    try {
      return this.read(start, end);
    } catch (error) {
      if (error === NOT_PLAIN) return undefined;
      throw error;
    }
  }

  private read(start: number, end: number): TranscribedEvent {
    const { bytes, event } = this;
    event.read(bytes, start, end);
    const id = this.uuid();
    const sentMs = this.sentMs();
    const kind = event.has(EVENT.exposure) ? 'exposure' : 'tracked';
    if (kind === 'tracked') this.writeTracked();
    else if (event.has(EVENT.tracked)) throw NOT_PLAIN;
    else this.writeExposure();
    return { id, sentMs, kind, payload: this.json.finish() };
  }

  private uuid(): string {
    const start = this.event.start(EVENT.id);
    const end = this.event.end(EVENT.id);
    if (start < 0 || end - start !== UUID.length) throw NOT_PLAIN;
    for (let index = 0; index < UUID.length; index += 1) {
      const byte = this.bytes[start + index] ?? 0;
      if (UUID[index] ? byte !== DASH : !isHexDigit(byte)) throw NOT_PLAIN;
    }
    return this.bytes.toString('latin1', start, end);
  }

  private sentMs(): number {
    const { event, time } = this;
    if (!event.has(EVENT.time)) throw NOT_PLAIN;
    time.read(this.bytes, event.start(EVENT.time), event.end(EVENT.time));
    const seconds = time.varint(TIMESTAMP.seconds);
    const nanos = time.varint(TIMESTAMP.nanos);
    if (seconds > MAX_SECONDS || nanos > MAX_NANOS) throw NOT_PLAIN;
    return Math.floor(seconds * 1_000 + nanos / 1e6);
  }

  private writeExposure(): void {
    const { exposure, json } = this;
    exposure.read(this.bytes, this.event.start(EVENT.exposure), this.event.end(EVENT.exposure));
    const phase = exposure.varint(EXPOSURE.phase);
    const hasExperiment = !this.isEmpty(EXPOSURE.experiment);
    if (phase > MAX_PHASE || phase > 0 !== hasExperiment) throw NOT_PLAIN;
    json.literal(JSON_OF_EXPOSURE.flag);
    this.writeNamed(exposure, EXPOSURE.flag);
    json.literal(JSON_OF_EXPOSURE.variant);
    this.writeNamed(exposure, EXPOSURE.variant);
    json.literal(JSON_OF_EXPOSURE.rule);
    this.writeText(exposure, EXPOSURE.rule);
    json.literal(JSON_OF_EXPOSURE.experiment);
    this.writeText(exposure, EXPOSURE.experiment);
    json.literal(JSON_OF_EXPOSURE.phase);
    json.number(phase);
    json.literal(JSON_OF_EXPOSURE.unitAttribute);
    if (this.isEmpty(EXPOSURE.unitAttribute)) json.text(TARGETING_KEY, 0, TARGETING_KEY.length);
    else this.writeText(exposure, EXPOSURE.unitAttribute);
    json.literal(JSON_OF_EXPOSURE.unit);
    this.writeNamed(exposure, EXPOSURE.unit);
    json.literal(END);
  }

  private isEmpty(field: number): boolean {
    return this.exposure.start(field) === this.exposure.end(field);
  }

  private writeTracked(): void {
    const { bytes, tracked, json } = this;
    if (!this.event.has(EVENT.tracked)) throw NOT_PLAIN;
    tracked.read(bytes, this.event.start(EVENT.tracked), this.event.end(EVENT.tracked));
    if (tracked.entries === 0) throw NOT_PLAIN;
    json.literal(JSON_OF_TRACKED.name);
    this.writeNamed(tracked, TRACKED.name);
    json.literal(JSON_OF_TRACKED.value);
    if (tracked.has(TRACKED.value)) this.writeEventValue(bytes.readDoubleLE(tracked.start(TRACKED.value)));
    else json.literal(NULL);
    json.literal(JSON_OF_TRACKED.units);
    for (let index = 0; index < tracked.entries; index += 1) {
      this.writeKey(tracked, index);
      this.writeNamed(this.entry, ENTRY.value);
    }
    json.literal(JSON_OF_TRACKED.properties);
    if (tracked.has(TRACKED.properties)) this.writeProperties();
    json.literal(JSON_OF_TRACKED.end);
  }

  private writeEventValue(value: number): void {
    if (!isEventValue(value)) throw NOT_PLAIN;
    this.json.number(value);
  }

  private writeProperties(): void {
    const { bytes, tracked, properties, entry } = this;
    properties.read(bytes, tracked.start(TRACKED.properties), tracked.end(TRACKED.properties));
    for (let index = 0; index < properties.entries; index += 1) {
      this.writeKey(properties, index);
      if (!entry.has(ENTRY.value)) throw NOT_PLAIN;
      this.writeValue(entry.start(ENTRY.value), entry.end(ENTRY.value));
    }
  }

  /** Reads an entry of a map and writes its key. */
  private writeKey(map: MessageFields, index: number): void {
    const { entry, json } = this;
    entry.read(this.bytes, map.entryStart(index), map.entryEnd(index));
    const start = entry.start(ENTRY.key);
    // An object puts keys that are numbers first and has one key that means something else; both begin otherwise.
    if (start < 0 || !isLetter(this.bytes[start] ?? 0)) throw NOT_PLAIN;
    this.keyStarts[index] = start;
    this.keyEnds[index] = entry.end(ENTRY.key);
    for (let other = 0; other < index; other += 1) if (this.isSameKey(index, other)) throw NOT_PLAIN;
    if (index > 0) json.literal(COMMA);
    this.writeNamed(entry, ENTRY.key);
    json.literal(COLON);
  }

  private isSameKey(one: number, other: number): boolean {
    const { bytes, keyStarts, keyEnds } = this;
    const start = keyStarts[one] ?? 0;
    const end = keyEnds[one] ?? 0;
    const otherStart = keyStarts[other] ?? 0;
    const otherEnd = keyEnds[other] ?? 0;
    return end - start === otherEnd - otherStart && bytes.compare(bytes, otherStart, otherEnd, start, end) === 0;
  }

  private writeValue(start: number, end: number): void {
    const { bytes, value, json } = this;
    value.read(bytes, start, end);
    if (!value.hasOneField) throw NOT_PLAIN;
    if (value.has(VALUE.text)) this.writeText(value, VALUE.text, MAX_PROPERTY_LENGTH);
    else if (value.has(VALUE.number)) json.number(bytes.readDoubleLE(value.start(VALUE.number)));
    else if (value.has(VALUE.null)) json.literal(NULL);
    else json.literal(value.varint(VALUE.boolean) === 0 ? FALSE : TRUE);
  }

  /** Writes a text that must not be empty. */
  private writeNamed(message: MessageFields, field: number): void {
    if (message.start(field) === message.end(field)) throw NOT_PLAIN;
    this.writeText(message, field);
  }

  private writeText(message: MessageFields, field: number, maxLength = MAX_TEXT_LENGTH): void {
    const start = message.start(field);
    const end = message.end(field);
    if (end - start > maxLength) throw NOT_PLAIN;
    this.json.text(this.bytes, start, end);
  }
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
