# "npm run image" writes the same image without a container daemon; this file is for those who have one.
#   docker build -t holdfast:0.1.0 .
# NODE_IMAGE is any image with Node 24 and a shell, from wherever yours come from, best pinned by digest.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Install scripts of dependencies never run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build.ts \
  && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
COPY crds ./crds
# A number: Kubernetes must see that it is not root.
USER 65532:65532
EXPOSE 8080 8082
ENTRYPOINT ["node", "/app/bin/holdfast.mjs"]
CMD ["controller"]
