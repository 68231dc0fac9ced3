# Sufler in an image: the packages that serve, and the encoder, prepared while it is built.
#
#   docker build --tag sufler .
#   docker run --publish 127.0.0.1:8000:8000 --volume sufler:/data sufler
#
# PyTorch is needed to prepare the encoder; it stays behind in the build stage. Where the package
# index has only its large builds: --build-arg TORCH_INDEX=… (README.md, "Two commands").
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-trixie AS build
ARG TORCH_INDEX=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /opt/sufler
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY sufler sufler
COPY demo demo
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --constraint constraints.txt --editable .
RUN python -m venv /tmp/prepare && PIP_EXTRA_INDEX_URL="${TORCH_INDEX}" /tmp/prepare/bin/pip install --constraint constraints.txt --editable ".[prepare]"
RUN SUFLER_DATA_DIR=/tmp/data SUFLER_MODEL_DIR=/opt/model /tmp/prepare/bin/sufler model prepare default

FROM python:${PYTHON}-slim-trixie
LABEL org.opencontainers.image.title="Sufler" org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 sufler && useradd --uid 10001 --gid sufler --no-create-home --shell /usr/sbin/nologin sufler && install --directory --owner sufler --group sufler /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/sufler /opt/sufler
COPY --from=build /opt/model /opt/model
ENV PATH="/opt/venv/bin:${PATH}" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SUFLER_HOST=0.0.0.0 SUFLER_PORT=8000 SUFLER_DATA_DIR=/data SUFLER_MODEL_DIR=/opt/model SUFLER_LOG_FORMAT=json
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=180s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["sufler"]
CMD ["serve"]
