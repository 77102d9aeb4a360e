import type { ConfigSpec, SpecValues } from '../../sdk/index.ts'
import { defineConverterConfig } from '../converter-config.ts'
import { onlyDefault, refusedKey } from '../registry/refused-key.ts'
import { registryKeys } from '../registry/registry-config.ts'

const NO_CLASSES = 'data is read as Connect data, not as objects of a class'
const WELL_KNOWN = 'the types that schemas import here are known to registries'

const dataKeys = {
  'generalized.sum.type.support': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Marks enums and unions in the way that all formats have in common.',
  },
  'ignore.default.for.nullables': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Writes null as null, not as the default of its schema.',
  },
  'enhanced.protobuf.schema.support': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Names schemas with their package when messages are read.',
  },
  'scrub.invalid.names': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Brings names of schemas and fields to the form that Protobuf allows; otherwise others are refused.',
  },
  'int.for.enums': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Reads enums as numbers, not as names.',
  },
  'optional.for.nullables': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Writes optional fields with the word optional, and reads only such fields as optional.',
  },
  'optional.for.proto2': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Reads an optional field of proto2 that is absent as null; otherwise as its default.',
  },
  'wrapper.for.nullables': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Writes optional fields as wrappers (google.protobuf.StringValue, ...), and reads only wrappers as optional values.',
  },
  'wrapper.for.raw.primitives': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Reads a wrapper, be it a record or a field, as the value in it; otherwise as a struct.',
  },
  'generate.struct.for.nulls': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Reads a message that is absent as a struct of defaults; otherwise as null.',
  },
  'generate.index.for.unions': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Ends the name of the field that a oneof is read into with its position, such as id_0.',
  },
  'flatten.unions': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Reads the members of a oneof as fields like others; otherwise as a struct of which one field is set.',
  },
  'reference.lookup.only': onlyDefault('false', WELL_KNOWN),
  'reference.subject.name.strategy': onlyDefault(
    'io.confluent.kafka.serializers.subject.DefaultReferenceSubjectNameStrategy',
    WELL_KNOWN,
  ),
  'skip.known.types': onlyDefault('true', WELL_KNOWN),
  'specific.protobuf.key.type': refusedKey(NO_CLASSES),
  'specific.protobuf.value.type': refusedKey(NO_CLASSES),
  'derive.type': onlyDefault('false', NO_CLASSES),
} as const satisfies ConfigSpec

/** Settings of the Protobuf converter, with the names and defaults of Confluent's. */
export const protobufConfig = defineConverterConfig({ ...registryKeys, ...dataKeys })

export type ProtobufConfig = SpecValues<typeof protobufConfig.keys>
