import type { DomainEvent, SettingEvent } from '@keyturn/contracts/events';

export const isSetting = (event: DomainEvent): event is SettingEvent => /^(llm|execution-server)\./.test(event.type);

/** What somebody chose, for themselves or for the system. */
export const summariseSetting = ({ type, data }: SettingEvent): string => {
  switch (type) {
    case 'llm.chosen': {
      const models = Object.entries(data.models).map(([provider, model]) => `${provider}: ${model}`);
      return `chose ${data.provider ?? 'no provider'} of language models for ${data.scope}${models.length === 0 ? '' : ` (${models.join(', ')})`}`;
    }
    case 'execution-server.set':
      return `set up execution server ${data.serverId} of ${data.scope} at ${data.baseUrl}${data.enabled ? '' : ', disabled'}${
        data.credential === null ? '' : `, used with ${data.credential}`
      }`;
    case 'execution-server.removed':
      return `removed execution server ${data.serverId} of ${data.scope}`;
    case 'llm.choice-cleared':
      return `chose nothing of language models any more for ${data.scope}`;
  }
};
