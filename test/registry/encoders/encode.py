"""Reads Avro data with fastavro and writes it again: a line of JSON in, one out."""

import io
import json
import sys

import fastavro

for line in sys.stdin:
    asked = json.loads(line)
    schema = fastavro.parse_schema(json.loads(asked["schema"]))
    value = fastavro.schemaless_reader(io.BytesIO(bytes.fromhex(asked["data"])), schema, None)
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, value)
    print(json.dumps({"data": out.getvalue().hex()}))
