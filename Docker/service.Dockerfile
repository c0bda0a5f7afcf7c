# One recipe for the five services, built from the repository's root:
#   docker build -f Docker/service.Dockerfile --build-arg SERVICE=auth .

FROM python:3.11-slim-bookworm AS packages
# requirements-s3.lock brings what an object store for attachments needs.
ARG EXTRA_PACKAGES=
RUN python -m venv /venv
COPY requirements.lock requirements-s3.lock /src/
RUN --mount=type=cache,target=/root/.cache/pip \
    /venv/bin/pip install --require-hashes --no-deps -r /src/requirements.lock ${EXTRA_PACKAGES:+-r /src/$EXTRA_PACKAGES}
COPY common /src/common
RUN --mount=type=cache,target=/root/.cache/pip \
    /venv/bin/pip install --no-deps /src/common

FROM python:3.11-slim-bookworm
ARG SERVICE
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    MEDIA_ROOT=/media \
    PULSE_FILE=/tmp/pulse
RUN useradd --system --uid 10001 --no-create-home --home-dir /app app \
 && install -d -o app -g app /media /keys /tmp/metrics
COPY --from=packages /venv /venv
WORKDIR /app
COPY ${SERVICE} .
USER app
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "-c", "python:ticketing_common.gunicorn_conf", "--bind", "0.0.0.0:8000"]
