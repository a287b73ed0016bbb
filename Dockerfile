# syntax=docker/dockerfile:1
# Postern as one binary in an image without a shell. It needs no root, writes nothing but DATA_DIRECTORY, and has no package of npm in
# it that could be reached. docs/deploy-bun.md says how it is built and run.

FROM oven/bun:1.4.5-slim AS build
# What an SBOM lists is what this stage installed: in the last one there is but the binary.
ARG BUILDKIT_SBOM_SCAN_STAGE=true
WORKDIR /build
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --production --ignore-scripts
COPY tsconfig.json ./
COPY db ./db
COPY src ./src
COPY deploy/build-binary.ts ./deploy/
# The hash’s native code lies beside the binary, which would have to unpack it into a folder where programs may run.
RUN bun deploy/build-binary.ts /out/usr/bin/postern \
  && mkdir -p /out/usr/lib/postern /out/var/lib/postern \
  && cp node_modules/@node-rs/argon2-linux-*-gnu/*.node /out/usr/lib/postern/argon2.node

FROM gcr.io/distroless/cc-debian12:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Postern" \
  org.opencontainers.image.description="An identity platform: one process, over Postgres" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=build /out/usr/ /usr/
COPY --from=build --chown=65532:65532 /out/var/lib/postern /var/lib/postern
ENV ENVIRONMENT=production \
  PORT=3000 \
  DRAIN_SECONDS=5 \
  DATA_DIRECTORY=/var/lib/postern \
  NAPI_RS_NATIVE_LIBRARY_PATH=/usr/lib/postern/argon2.node
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 CMD ["/usr/bin/postern", "check-health"]
ENTRYPOINT ["/usr/bin/postern"]
CMD ["serve"]
