/** Keywords and names of Confluent's converter, in JSON schemas and in Connect schemas. */

export const CONNECT_TYPE = 'connect.type'
export const CONNECT_VERSION = 'connect.version'
export const CONNECT_PARAMETERS = 'connect.parameters'
/** Position of a property among the fields of a struct. */
export const CONNECT_INDEX = 'connect.index'

export const NAMESPACE = 'io.confluent.connect.json'
export const ENUM_PARAMETER = 'io.confluent.connect.json.Enum'
export const ONE_OF_NAME = 'io.confluent.connect.json.OneOf'
/** Marks a struct that is used more than once, such as by itself. */
export const ID_PARAMETER = 'io.confluent.connect.json.Id'
/** Stands for null among the symbols of an enum. */
export const NULL_SYMBOL = '<NULL>'

export const GENERALIZED_UNION = 'org.apache.kafka.connect.data.Union'
export const GENERALIZED_ENUM = 'org.apache.kafka.connect.data.Enum'
export const GENERALIZED_UNION_PREFIX = 'connect_union_'
export const GENERALIZED_FIELD_PREFIX = 'connect_union_field_'

/** Fields of the entries of maps whose keys are not all texts. */
export const KEY_FIELD = 'key'
export const VALUE_FIELD = 'value'
