"""YAML of other tools that has steps, operations, handlers, conditions or schedules too: nothing is said of it."""

from __future__ import annotations

import textwrap

import pytest

from spine_lsp.analysis.diagnose import diagnose
from spine_lsp.analysis.document import Document
from spine_lsp.analysis.project import Project
from spine_lsp.pysource.index import PipelineIndex
from spine_lsp.pysource.reading import read_text
from spine_lsp.syntax.text import Text

OTHERS = {
    "Argo Workflows": """
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {name: tides}
        spec:
          entrypoint: main
          templates:
            - name: main
              steps:
                - - {name: a, template: say, depends_on: [b]}
                - - {name: A, template: say}
        """,
    "Argo CronWorkflow": """
        apiVersion: argoproj.io/v1alpha1
        kind: CronWorkflow
        metadata: {name: tides}
        spec:
          schedules: ["61 * * * *"]
          workflowSpec: {entrypoint: main}
        """,
    "GitHub Actions": """
        name: tides
        on: {schedule: [{cron: "61 * * * *"}]}
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - {name: a, uses: actions/checkout@v4, with: {operation: x}}
              - {name: A, run: make}
        """,
    "a composite action": """
        name: tides
        runs:
          using: composite
          steps:
            - {name: a, run: make, shell: bash}
            - {name: a, run: make, shell: bash}
        """,
    "Azure Pipelines": """
        name: tides
        steps:
          - {task: Gradle@3, condition: succeeded()}
          - {script: make, name: a, condition: always()}
          - {script: make, name: A, condition: always()}
        schedules:
          - {cron: "61 0 * * *", displayName: nightly, branches: {include: [main]}}
        """,
    "an Azure template of steps": """
        parameters: [{name: operation, type: string}]
        steps:
          - {name: a, condition: "eq(1, 1)", bash: make}
          - {name: A, condition: "eq(1, 1)", bash: make}
        """,
    "Tekton Task": """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: tides}
        spec:
          steps: [{name: a, image: alpine, script: make}, {name: a, image: alpine, script: make}]
        """,
    "Tekton Pipeline": """
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: tides}
        spec:
          tasks: [{name: a, taskRef: {name: b}, runAfter: [z]}]
        """,
    "Kestra": """
        id: tides
        namespace: harbor
        tasks:
          - {id: a, type: io.kestra.plugin.core.log.Log, message: x}
          - {id: a, type: io.kestra.plugin.core.flow.If, condition: "{{ x }}"}
        triggers:
          - {id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: "61 * * * *"}
        """,
    "Prefect": """
        name: tides
        prefect-version: 3.0.0
        deployments:
          - name: a
            entrypoint: flows.py:tides
            schedules:
              - {cron: "61 0 * * *", timezone: Nowhere/City, active: true}
        pull:
          - prefect.deployments.steps.git_clone: {repository: x}
        """,
    "Dagster": """
        type: dagster.components.Sequence
        attributes: {name: tides}
        schedules:
          - {name: s, cron_schedule: "61 * * * *", job: tides}
        ops: {a: {config: {n: 1}}}
        """,
    "Dagu": """
        name: tides
        schedule: "0 6 * * *"
        steps:
          - {name: a, command: make, depends: [b]}
          - {name: b, command: make, depends: [a]}
        """,
    "docker compose": """
        name: tides
        services:
          web: {image: nginx, depends_on: [db]}
          worker: {image: worker, command: handler, depends_on: [web]}
        """,
    "an Ansible playbook": """
        - name: tides
          hosts: all
          tasks:
            - {name: a, ansible.builtin.command: make, when: x}
            - {name: a, ansible.builtin.command: make, notify: handler}
          handlers: [{name: handler, ansible.builtin.command: make}]
        """,
    "GitLab CI": """
        workflow: {rules: [{if: $CI}]}
        stages: [a, b]
        a: {stage: a, script: [make], needs: [b]}
        """,
    "CircleCI": """
        version: 2.1
        jobs:
          build: {docker: [{image: x}], steps: [checkout, {run: {name: a, command: make}}]}
        workflows:
          main: {jobs: [build], triggers: [{schedule: {cron: "61 * * * *"}}]}
        """,
    "Drone": """
        kind: pipeline
        type: docker
        name: tides
        steps:
          - {name: a, image: golang, commands: [make], depends_on: [b]}
          - {name: a, image: golang, commands: [make]}
        """,
    "Woodpecker": """
        steps:
          - {name: a, image: golang, commands: [make], depends_on: [z]}
        """,
    "Cloud Build": """
        steps:
          - {id: a, name: gcr.io/cloud-builders/docker, args: [build], waitFor: ["-"]}
          - {id: b, name: gcr.io/cloud-builders/docker, args: [push]}
        """,
    "Google Workflows": """
        main:
          params: [args]
          steps:
            - a: {call: http.get, args: {url: x}}
            - b: {switch: [{condition: "${x}", next: a}]}
        """,
    "Serverless": """
        service: tides
        provider: {name: aws}
        functions:
          a: {handler: handlers.main, events: [{schedule: rate(5 minutes)}]}
        stepFunctions: {validate: true}
        """,
    "Arazzo": """
        arazzo: 1.0.0
        info: {title: tides, version: 1.0.0}
        workflows:
          - workflowId: w
            steps: [{stepId: a, operationId: getTides}, {stepId: a, operationId: getTides}]
        """,
    "AWS Systems Manager": """
        schemaVersion: "2.2"
        mainSteps: [{name: a, action: aws:runShellScript, inputs: {}}]
        """,
    "Home Assistant": """
        automation:
          - alias: tides
            trigger: [{platform: time, at: "06:00"}]
            condition: [{condition: state, entity_id: x}]
            action: [{service: x}]
        """,
    "OpenStack Mistral": """
        version: "2.0"
        tides:
          type: direct
          tasks: {a: {action: std.echo, on-success: [b]}}
        """,
    "Dapr": """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: tides}
        spec: {type: bindings.cron, metadata: [{name: schedule, value: "61 * * * *"}]}
        """,
    "an Argo event with our words": """
        apiVersion: example.org/v1
        kind: Workflow
        name: tides
        steps:
          - {name: a, operation: x.y, depends_on: [b]}
          - {name: b, operation: x.y, depends_on: [a]}
        """,
    "steps that run commands": """
        name: tides
        steps:
          - {name: a, operation: build, command: make, depends_on: [b]}
          - {name: b, operation: build, command: make, depends_on: [a]}
        """,
    "steps with types of their own": """
        name: tides
        version: 1
        steps:
          - {name: a, type: http, operation: get}
          - {name: a, type: sql, operation: insert}
        """,
    "operations with a selector": """
        name: tides
        steps:
          - {name: a, operation: insert, selector: x}
          - {name: A, operation: insert, selector: y}
        """,
    "a single word after depends_on": """
        name: tides
        steps:
          - {name: a, operation: insert, depends_on: b}
          - {name: b, operation: insert, depends_on: a}
        """,
    "another key at the top": """
        name: tides
        environment: production
        steps:
          - {name: a, handler: x, depends_on: [b]}
          - {name: b, handler: y, depends_on: [a]}
        """,
    "operations without a name at the top": """
        steps:
          - {name: a, operation: insert}
          - {name: a, operation: insert}
        """,
    "operations of JSON Patch": """
        name: tides
        steps:
          - {name: a, operation: replace, path: /x, value: 1}
        """,
    "a tour of a site": """
        name: tides
        steps:
          - {title: a, condition: visible, handler: next}
          - {title: a, condition: visible, handler: next}
        """,
    "a wait between requests": """
        name: tides
        steps:
          - {name: a, type: wait, seconds: 5}
          - {name: a, type: wait, seconds: 5}
        """,
}

REGISTERING = """
from spine.framework.registry import register_operation
@register_operation("harbor.tides")
class Tides: ...
"""


@pytest.mark.parametrize("source", OTHERS.values(), ids=OTHERS)
def test_nothing_is_said_of_what_other_tools_read(source: str) -> None:
    """Also beside code that registers operations, where a step may be asked for its own."""
    index = PipelineIndex()
    index = index.with_file("home/harbor.py", read_text(REGISTERING, index.vocabulary, whole=True))
    doc = Document.read("file:///home/other.yaml", 1, Text(textwrap.dedent(source).lstrip()))
    assert not doc.is_spine
    assert diagnose(doc, project=Project(python=index, ready=True)) == []
