/* global SwaggerUIBundle, window */

/** A write by the session's cookie is refused without this header. */
const asOurOwn = (request) => {
  if (request.method !== undefined && request.method !== 'GET') request.headers['X-Requested-With'] = 'keyturn';
  return request;
};

window.addEventListener('DOMContentLoaded', () => {
  SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#docs',
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    requestInterceptor: asOurOwn,
    validatorUrl: null,
  });
});
