import type { ProtoWriteOptions } from './connect-to-proto.ts'
import type { EncoderOptions } from './encoder.ts'
import type { ProtoReadOptions } from './proto-to-connect.ts'
import type { ProtobufConfig } from './protobuf-config.ts'

export type ProtobufOptions = ProtoReadOptions &
  ProtoWriteOptions &
  Omit<EncoderOptions, 'isStrict'>

export function protobufOptions(config: ProtobufConfig): ProtobufOptions {
  return {
    enhanced: config['enhanced.protobuf.schema.support'],
    scrubInvalidNames: config['scrub.invalid.names'],
    intForEnums: config['int.for.enums'],
    optionalForNullables: config['optional.for.nullables'],
    optionalForProto2: config['optional.for.proto2'],
    wrapperForNullables: config['wrapper.for.nullables'],
    wrapperForRawPrimitives: config['wrapper.for.raw.primitives'],
    generateStructForNulls: config['generate.struct.for.nulls'],
    generateIndexForUnions: config['generate.index.for.unions'],
    flattenUnions: config['flatten.unions'],
    generalizedSumTypes: config['generalized.sum.type.support'],
    ignoreDefaults: config['ignore.default.for.nullables'],
  }
}
