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
COPY Docker/nginx/proxy.conf Docker/nginx/security.headers Docker/nginx/error.headers /etc/nginx/gateway/
COPY --from=build /src/dist /usr/share/nginx/html
ENV GATEWAY_LISTEN=1000 GATEWAY_ROOT=/usr/share/nginx/html GATEWAY_INCLUDES=/etc/nginx/gateway \
    GATEWAY_LOG="/var/log/nginx/access.log gateway"
EXPOSE 1000
