# The command spine-lsp alone: docker build -t spine-lsp . && docker run --rm -v "$PWD:/work:ro" spine-lsp check
FROM python:3.13-slim AS build
COPY . /source
RUN python -m venv /opt/spine-lsp \
    && /opt/spine-lsp/bin/python -m pip install --no-cache-dir --require-hashes -r /source/tests/requirements/runtime.txt \
    && python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheel /source \
    && /opt/spine-lsp/bin/python -m pip install --no-cache-dir --no-deps /wheel/*.whl \
    && /opt/spine-lsp/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim
COPY --from=build /opt/spine-lsp /opt/spine-lsp
ENV PATH="/opt/spine-lsp/bin:$PATH"
# What is checked is mounted, and belongs to somebody else: nothing is written.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["spine-lsp"]
CMD ["check"]
