# syntax=docker/dockerfile:1
# The emulator as an image: docker build --tag eks-emulator .

FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
# What cargo fetches and compiles is kept between builds, outside of the layers.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked --package eks-emulator \
    && mkdir -p /image/bin /image/licenses /image/state \
    && cp target/release/eks-emulator /image/bin/ \
    && cp LICENSE-APACHE LICENSE-MIT /image/licenses/

# glibc and nothing else, of the same Debian as the build: musl's allocator is
# slower under load, and a static glibc cannot look up the names of hosts.
FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="eks-emulator" \
      org.opencontainers.image.description="An offline Amazon EKS API: add-ons and EKS Pod Identity, faithfully" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /image/licenses/ /usr/share/doc/eks-emulator/
COPY --from=build /image/bin/ /usr/local/bin/
# For --state-file: a volume that is mounted here belongs to the user, too.
COPY --from=build --chown=65532:65532 /image/state/ /var/lib/eks-emulator/
WORKDIR /var/lib/eks-emulator
USER 65532:65532
# The names by which containers reach it: the service, and a port of the host.
ENV EKS_EMULATOR_LISTEN=0.0.0.0:4566 \
    EKS_EMULATOR_ALLOW_HOST=eks-emulator,host.docker.internal
EXPOSE 4566
STOPSIGNAL SIGTERM
# The first look is an interval after the start: whoever waits for it does not wait long.
HEALTHCHECK --interval=2s --timeout=3s --retries=3 \
    CMD ["eks-emulator", "wait", "ready", "--endpoint", "http://127.0.0.1:4566", "--timeout", "2s"]
ENTRYPOINT ["eks-emulator"]
