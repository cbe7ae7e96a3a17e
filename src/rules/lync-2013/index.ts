import type { Rule } from '../rule.ts'
import { DIRECTOR_RULES } from './director.ts'
import { EDGE_ACCESS_RULES } from './edge-access.ts'
import { EDGE_AV_RULES } from './edge-av.ts'
import { EDGE_INTERNAL_RULES } from './edge-internal.ts'
import { EDGE_WEBCONF_RULES } from './edge-webconf.ts'
import { EVERY_SERVER_RULES } from './every-server.ts'
import { FRONT_END_RULES } from './front-end.ts'
import { FRONT_END_SERVICE_RULES } from './front-end-services.ts'
import { LOAD_BALANCER_RULES } from './load-balancer.ts'
import { MEDIA_RULES } from './media.ts'
import { MEDIATION_RULES } from './mediation.ts'
import { OFFICE_365_RULES } from './office-365.ts'
import { OFFICE_WEB_APPS_RULES } from './office-web-apps.ts'
import { PERSISTENT_CHAT_RULES } from './persistent-chat.ts'
import { REVERSE_PROXY_RULES } from './reverse-proxy.ts'
import { SQL_BACKEND_RULES } from './sql-backend.ts'

/** The rules of Lync Server 2013 in the order that decides between equally good ones. */
export const LYNC_2013_RULES: readonly Rule[] = [
  ...DIRECTOR_RULES,
  ...FRONT_END_RULES,
  ...EDGE_INTERNAL_RULES,
  ...EDGE_ACCESS_RULES,
  ...EDGE_WEBCONF_RULES,
  ...EDGE_AV_RULES,
  ...OFFICE_365_RULES,
  ...REVERSE_PROXY_RULES,
  ...FRONT_END_SERVICE_RULES,
  ...MEDIATION_RULES,
  ...MEDIA_RULES,
  ...PERSISTENT_CHAT_RULES,
  ...OFFICE_WEB_APPS_RULES,
  ...SQL_BACKEND_RULES,
  ...EVERY_SERVER_RULES,
  ...LOAD_BALANCER_RULES,
]
