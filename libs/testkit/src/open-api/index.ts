export { openApiContract, type Exchange, type OpenApiContract } from './open-api-contract.ts';
export { exchangeOf } from './exchange-of.ts';
