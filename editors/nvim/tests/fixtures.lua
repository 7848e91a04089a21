-- The files that the tests edit.

local M = {}

M.WEEKLY = [[
apiVersion: spine.io/v1
kind: PipelineGroup
metadata:
  name: finra.weekly
  version: 3
spec:
  defaults:
    tier: NMS
  pipelines:
    - name: ingest
      pipeline: finra.ingest
      params:
        source: api
    - name: normalize
      pipeline: finra.normalize
      depends_on: [ingest]
    - name: aggregate
      pipeline: finra.aggregate
      depends_on: [normalize]
    - name: rolling
      pipeline: finra.rolling
      depends_on: [aggregate]
  policy:
    execution: parallel
    max_concurrency: 2
]]

M.BROKEN = [[
name: broken
steps:
  - name: ingest
    pipeline: p.ingest
  - name: normalize
    pipeline: p.normalize
    depends_on: [ingst]
  - name: left
    pipeline: p.left
    depends_on: [right]
  - name: right
    pipeline: p.right
    depends_on: [left]
  - name: after
    pipeline: p.after
    depends_on: [right]
]]

-- A workflow with a choice: its steps run in the order of the file, and `else` goes on with the next.
M.WORKFLOW = [[
apiVersion: spine.io/v1
kind: Workflow
metadata:
  name: harbor.tides
  domain: harbor
spec:
  steps:
    - name: fetch
      operation: tides.fetch
    - name: whole
      type: choice
      condition_ref: jobs.checks:whole
      then_step: publish
      else_step: repair
    - name: repair
      type: lambda
      handler_ref: jobs.handlers:repair
    - name: publish
      operation: tides.publish
]]

-- Characters of two and four bytes before what is looked for: columns differ in every encoding.
M.WIDE = [[
name: wide
steps:
  - {name: "größe 🚀", pipeline: p.a}
  - {name: "データ", pipeline: p.b, depends_on: ["größe 🚀"]}
]]

M.COMPOSE = [[
services:
  web:
    image: nginx
    depends_on: [db]
  db:
    image: postgres
]]

-- Two groups in one file.
M.SEVERAL = M.WEEKLY
  .. '---\nname: second\nsteps:\n  - {name: one, pipeline: p}\n  - {name: two, pipeline: p, depends_on: [one]}\n'

---A workspace of one of these files, which is open.
---@param name string
---@return ChildOptions
function M.one(name)
  return { files = { ['a.yaml'] = M[name] }, open = 'a.yaml' }
end

return M
