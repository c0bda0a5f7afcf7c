# The browser application behind nginx, built from the repository's root:
#   docker build -f Docker/frontend.Dockerfile .

FROM node:20-bookworm-slim AS build
WORKDIR /src
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY frontend .
RUN npm run build

FROM nginx:stable-bookworm
COPY Docker/nginx/default.conf.template /etc/nginx/templates/default.conf.template
COPY Docker/nginx/proxy.conf Docker/nginx/security.headers /etc/nginx/proxy.conf.d/
COPY --from=build /src/dist /usr/share/nginx/html
EXPOSE 1000
