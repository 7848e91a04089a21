"""Workflows as people write them: each type of step, both dialects and forms, in many styles of YAML; none has a fault.

A text in `SOUND` has nothing to be said of it. One in `NOTED` does what its author may well mean, and has a quiet word.
"""

from __future__ import annotations

SOUND = {
    "operation, the least there is": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: simple.workflow
spec:
  steps:
    - name: only
      operation: simple.run
""",
    "operation, all of metadata": """\
# Refreshes what is late on Mondays.
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: finra.weekly_refresh
  domain: finra.otc_transparency
  version: 3
  description: >
    Ingest, normalize and aggregate one week
    of OTC transparency data.
  tags: [finra, weekly, "tier-1"]
spec:
  defaults:
    tier: NMS_TIER_1
    force: false
  steps:
    - name: ingest
      type: operation
      operation: finra.otc_transparency.ingest_week
    - name: normalize
      type: operation
      operation: finra.otc_transparency.normalize_week
      depends_on: [ingest]
    - name: aggregate
      type: operation
      operation: finra.otc_transparency.aggregate_week
      depends_on:
        - normalize
  policy:
    execution: sequential
    on_failure: stop
""",
    "pipeline, typed": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: prices.refresh
  domain: market_data
  version: 1
spec:
  steps:
    - name: fetch
      type: pipeline
      pipeline: market_data.ingest_prices
      params:
        symbol: AAPL
    - name: check
      type: lambda
      handler_ref: market.handlers:check_prices
    - name: store
      type: pipeline
      pipeline: market_data.store_prices
      depends_on: [fetch, check]
""",
    "pipeline, untyped and side by side": """\
apiVersion: spine.io/v1
kind: Workflow
metadata: {name: venues.daily, domain: venues}
spec:
  steps:
    - {name: a, pipeline: venues.a}
    - {name: b, pipeline: venues.b}
    - {name: join, pipeline: venues.join, depends_on: [a, b]}
  policy: {execution: parallel, max_concurrency: 2, on_failure: continue}
""",
    "a diamond whose steps stand in any order": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: diamond
spec:
  steps:
    - name: merge
      operation: d.merge
      depends_on: [left, right]
    - name: left
      operation: d.left
      depends_on: [source]
    - name: right
      operation: d.right
      depends_on: [source]
    - name: source
      operation: d.source
  policy:
    execution: parallel
    max_concurrency: 2
    on_failure: stop
""",
    "a choice that goes around": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: quality.gate
  description: "Publishes what is good, and repairs the rest first"
spec:
  steps:
    - name: profile
      operation: quality.profile
    - name: is_good
      type: choice
      condition_ref: quality.conditions:is_good
      then_step: publish
      else_step: repair
    - name: repair
      operation: quality.repair
    - name: publish
      operation: quality.publish
      depends_on: [repair]
""",
    "a choice with a jump over the other branch": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: loads.choice
spec:
  steps:
    - name: is_full
      type: choice
      condition_ref: loads.rules:is_full
      then_step: full
      else_step: partial
    - name: full
      operation: loads.full
    - name: skip_partial
      type: choice
      condition_ref: loads.rules:always
      then_step: done
      else_step: done
    - name: partial
      operation: loads.partial
    - name: done
      operation: loads.done
      depends_on: [partial]
""",
    "a wait": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: sec.rate_limited
  domain: sec
spec:
  steps:
    - name: index
      operation: sec.fetch_index
    - name: cool_down
      type: wait
      duration_seconds: 30
    - name: filings
      operation: sec.fetch_filings
      params: {form: 10-K, limit: 50}
""",
    "a lambda with config": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: features.build
spec:
  steps:
    - name: clean
      type: lambda
      handler_ref: features.steps:clean
      config:
        drop_nulls: true
        columns: [price, volume]
        bounds: {low: 0.5, high: 99.5}
    - name: train
      operation: features.train
      config:
        retries: 3
        timeout: 600
        backoff: {kind: exponential, base: 2}
""",
    "a method as a handler": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: reports.mail
spec:
  steps:
    - name: render
      operation: reports.render
    - name: send
      type: lambda
      handler_ref: 'reports.mail:Mailer.send'
      params:
        to: "desk@example.com"
        subject: 'Weekly: all venues'
""",
    "anchors and merge keys": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: anchors.nightly
spec:
  steps:
    - name: orders
      operation: anchors.load
      params: &load
        region: eu
        limit: 100
        table: orders
    - name: lines
      operation: anchors.load
      params:
        <<: *load
        table: lines
    - name: check
      operation: anchors.check
      config: *load
""",
    "steps behind anchors": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: anchors.steps
spec:
  steps:
    - &first
      name: one
      operation: anchors.run
      params: {part: 1}
    - <<: *first
      name: two
      params: {part: 2}
""",
    "a text of several lines": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: sql.daily
  description: |
    Runs the statements of a day.
    Everything is written to `mart`.
spec:
  steps:
    - name: build
      operation: sql.execute
      params:
        statement: |
          INSERT INTO mart.day
          SELECT * FROM raw.day WHERE day = :day  -- no comment: of YAML
    - name: analyze
      operation: sql.execute
      params:
        statement: >-
          ANALYZE
          mart.day
""",
    "sections with comments": """\
---
apiVersion: spine.io/v1  # the only one so far
kind: Workflow

metadata:
  name: lake.compact  # unique
  tags:
    - lake
    - maintenance   # not daily

spec:
  # --- what all steps get -------------------------------------------------
  defaults:
    bucket: raw

  # --- read ---------------------------------------------------------------
  steps:

    # lists what is there
    - name: list
      operation: lake.list   # quick

    # --- write ------------------------------------------------------------
    - name: compact
      operation: lake.compact
      depends_on: [list]   # in this order
  # --- how ----------------------------------------------------------------
  policy:
    execution: sequential
...
""",
    "lists without indentation": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: flatlist.run
  tags:
  - a
  - b
spec:
  steps:
  - name: first
    operation: flatlist.first
  - name: second
    operation: flatlist.second
    depends_on:
    - first
""",
    "quoted keys and values": """\
"apiVersion": "spine.io/v1"
"kind": 'Workflow'
"metadata":
  "name": "quoted.workflow"
"spec":
  "steps":
    - "name": "a"
      "type": "operation"
      "operation": "quoted.a"
    - "name": 'b'
      "operation": 'quoted.b'
      "depends_on": ["a"]
""",
    "JSON": """\
{
  "apiVersion": "spine.io/v1",
  "kind": "Workflow",
  "metadata": {"name": "json.workflow", "version": 2},
  "spec": {
    "defaults": {"day": "2026-01-09"},
    "steps": [
      {"name": "a", "type": "operation", "operation": "json.a", "config": {"n": 1, "x": null}},
      {"name": "b", "type": "lambda", "handler_ref": "jobs.steps:b", "depends_on": ["a"]}
    ],
    "policy": {"execution": "sequential"}
  }
}
""",
    "the spec before the metadata": """\
kind: Workflow
spec:
  steps:
    - operation: order.first
      name: first
    - depends_on: [first]
      operation: order.second
      name: second
metadata:
  name: order.keys
apiVersion: spine.io/v1
""",
    "without apiVersion": """\
kind: Workflow
metadata:
  name: bare.kind
spec:
  steps:
    - name: a
      operation: bare.a
    - name: b
      operation: bare.b
""",
    "without kind": """\
apiVersion: spine.io/v1
metadata:
  name: bare.version
spec:
  steps:
    - name: a
      operation: bare.a
""",
    "with neither, nested": """\
metadata:
  name: bare.nested
spec:
  steps:
    - name: a
      operation: bare.a
    - name: b
      type: lambda
      handler_ref: bare.steps:b
""",
    "empty values": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: empty.values
  domain: ""
  description: ""
  tags: []
spec:
  defaults: {}
  steps:
    - name: a
      operation: empty.a
      depends_on: []
      params: {}
      config: null
      handler_ref: null
      on_error: null
  policy:
    timeout_seconds: null
""",
    "a policy of the usual values": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: usual.policy
spec:
  steps:
    - name: a
      operation: usual.a
    - name: b
      operation: usual.b
      depends_on: [a]
  policy:
    execution: parallel
    max_concurrency: 4
    on_failure: stop
""",
    "names of other alphabets": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: größen.täglich
  description: "Größen, 毎日"
spec:
  steps:
    - name: größen
      operation: größen.lesen
    - name: 集計
      operation: größen.summe
      depends_on: [größen]
""",
    "names with dashes and dots": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: etl-nightly
spec:
  steps:
    - name: extract-orders
      operation: core.extract
    - name: extract.lines
      operation: core.extract
    - name: load_all
      operation: core.load
      depends_on: [extract-orders, extract.lines]
""",
    "templates in parameters": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: templates.run
spec:
  defaults:
    week_ending: "2026-01-09"
  steps:
    - name: a
      operation: templates.a
      params:
        path: "s3://bucket/raw/part-0001"
        pattern: "*.csv"
        flag: "true"
""",
    "flat, of the documents": """\
name: finra.weekly_refresh
domain: finra.otc_transparency
version: 1
steps:
  - name: ingest
    type: pipeline
    pipeline: finra.otc_transparency.ingest_week
  - name: validate
    type: lambda
    handler: finra.workflows.handlers.validate_ingest
    config:
      min_records: 100
  - name: normalize
    type: pipeline
    pipeline: finra.otc_transparency.normalize_week
    on_error: continue
""",
    "flat, with a condition": """\
# workflows/rolling.yaml
name: finra.rolling
domain: finra
version: 2
steps:
  - name: aggregate
    type: pipeline
    pipeline: finra.otc_transparency.aggregate_week
  - name: wants_rolling
    type: choice
    condition: "not skip_rolling"
    then_step: rolling
    else_step: report
  - name: rolling
    type: pipeline
    pipeline: finra.otc_transparency.compute_rolling
    config: {window_weeks: 6}
  - name: report
    type: lambda
    handler: finra.workflows.handlers.report
""",
    "flat, a condition without else": """\
name: finra.backfill
steps:
  - name: is_late
    type: choice
    condition: "weeks_back > 4"
    then_step: backfill
  - name: backfill
    type: pipeline
    pipeline: finra.otc_transparency.backfill_range
  - name: done
    type: lambda
    handler: finra.handlers.done
""",
    "flat, with kind": """\
apiVersion: spine.io/v1
kind: Workflow
name: flat.kind
steps:
  - name: a
    operation: flat.a
  - name: b
    operation: flat.b
    depends_on: [a]
""",
    "flat, operations without kind": """\
name: flat.operations
domain: flat
version: 1
description: As the newer dialect has it
steps:
  - name: a
    type: operation
    operation: flat.a
  - name: b
    operation: flat.b
    depends_on: [a]
""",
    "flat, untyped operations without kind": """\
name: flat.untyped
steps:
  - name: fetch
    operation: prices.fetch
    params:
      symbol: AAPL
  - name: store
    operation: prices.store
""",
    "flat, as to_dict writes it": """\
name: dict.workflow
version: 1
steps:
  - name: a
    type: operation
    operation: dict.a
    config:
      n: 1
  - name: b
    type: operation
    operation: dict.b
    depends_on:
      - a
  - name: c
    type: lambda
    handler_ref: dict.steps:c
    depends_on:
      - a
domain: dict
tags:
  - exported
defaults:
  day: "2026-01-09"
execution_policy:
  mode: parallel
  max_concurrency: 2
  on_failure: continue
""",
    "flat, the policy of to_dict in the older dialect": """\
name: dict.older
steps:
  - {name: a, type: pipeline, pipeline: dict.a}
  - {name: b, type: pipeline, pipeline: dict.b, depends_on: [a]}
execution_policy: {mode: parallel}
""",
    "flat, a workflow of functions only": """\
name: functions.only
steps:
  - name: first
    type: lambda
    handler_ref: functions.steps:first
  - name: settle
    type: wait
    duration_seconds: 5
  - name: last
    type: lambda
    handler_ref: functions.steps:last
""",
    "flat JSON": """\
{"name": "flat.json", "steps": [{"name": "a", "type": "operation", "operation": "json.a"}]}
""",
    "a long chain": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: chain.long
spec:
  steps:
"""
    + "".join(
        f"    - name: s{n}\n      operation: chain.s{n}\n" + (f"      depends_on: [s{n - 1}]\n" if n else "")
        for n in range(30)
    ),
    "the API's example: ETL": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: etl.daily
  domain: core
  version: 1
  description: Daily ETL
  tags: [etl, daily, production]
spec:
  defaults:
    batch_size: 1000
    source: "warehouse"
  steps:
    - name: extract
      operation: core.extract
    - name: validate_schema
      operation: quality.schema
      depends_on: [extract]
      params:
        strict: true
    - name: transform
      operation: core.transform
      depends_on: [validate_schema]
    - name: load
      operation: core.load
      depends_on: [transform]
      params:
        mode: append
    - name: notify
      type: lambda
      handler_ref: core.notify:send
      depends_on: [load]
  policy:
    execution: parallel
    max_concurrency: 4
    on_failure: stop
""",
    "a choice of parameters by type": """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: types.all
spec:
  steps:
    - name: a
      operation: types.a
      params:
        text: plain
        number: 3
        negative: -1.5
        yes_no: true
        nothing: null
        list: [1, two, 3.0]
        map: {inner: {deeper: [x]}}
        day: "2026-01-09"
        empty: ""
""",
    "Windows line ends": (
        "apiVersion: spine.io/v1\r\nkind: Workflow\r\nmetadata:\r\n  name: crlf.run\r\nspec:\r\n  steps:\r\n"
        "    - name: a\r\n      operation: crlf.a\r\n    - name: b\r\n      operation: crlf.b\r\n"
        "      depends_on: [a]\r\n"
    ),
}

NOTED = {
    "several documents": (
        SOUND["operation, the least there is"] + "---\n" + SOUND["a wait"],
        {"several-documents"},
    ),
    "a step that one branch skips": (
        """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: skip.one
spec:
  steps:
    - name: is_new
      type: choice
      condition_ref: skip.rules:is_new
      then_step: load
      else_step: report
    - name: load
      operation: skip.load
    - name: report
      operation: skip.report
""",
        {"choice-falls-through"},
    ),
    "a time limit": (
        """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: limit.run
spec:
  steps:
    - name: a
      operation: limit.a
  policy:
    timeout_seconds: 3600
""",
        {"dropped-key"},
    ),
    "side by side without dependencies": (
        """\
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: side.by_side
spec:
  steps:
    - {name: a, operation: side.a}
    - {name: b, operation: side.b}
  policy:
    execution: parallel
""",
        set(),
    ),
}
