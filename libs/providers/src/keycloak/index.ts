export { keycloakRotation } from './keycloak-rotation.ts';
