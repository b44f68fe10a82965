# FedConnect as one image for both roles: `fedconnect web` and `fedconnect worker`.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY src src
COPY templates templates
COPY migrations migrations
COPY plugins plugins
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/fedconnect --create-home fedconnect && chmod 700 /var/lib/fedconnect
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels fedconnect && rm -r /wheels
USER fedconnect
ENV FEDCONNECT_DATA_DIR=/var/lib/fedconnect \
    FEDCONNECT_BIND=0.0.0.0:8000 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
VOLUME /var/lib/fedconnect
EXPOSE 8000
ENTRYPOINT ["fedconnect"]
CMD ["web"]
