/**
 * The purposes of the rules in Korean, by their English text, in the words of the Korean pages of Lync Server 2013. A
 * purpose that is written anew has no Korean one until it is translated anew; a test holds that each has one.
 */
export const PURPOSES_KO: ReadonlyMap<string, string> = new Map([
  // Director.
  [
    'External web site of the Director, for requests that reached the reverse proxy on port 80',
    '디렉터의 외부 웹 사이트: 역방향 프록시의 포트 80으로 들어온 요청',
  ],
  [
    'External web site of the Director, for requests that reached the reverse proxy on port 443',
    '디렉터의 외부 웹 사이트: 역방향 프록시의 포트 443으로 들어온 요청',
  ],
  ["Server-to-server calls from the Director to the user's pool", '디렉터에서 사용자가 속한 풀로의 서버 간 통신'],
  ['Web services of the Director for internal users, in clear', '내부 사용자를 위한 디렉터 웹 서비스(암호화되지 않음)'],
  ['Web services of the Director for internal users', '내부 사용자를 위한 디렉터 웹 서비스'],
  [
    'SIP of external users and partners, from the Edge to its next hop',
    '외부 사용자와 파트너의 SIP 통신: 에지 서버에서 다음 홉으로',
  ],
  [
    'Centralized Logging on the Director: commands to the agent, log results back',
    '디렉터의 중앙 로깅 서비스: 에이전트 명령 및 로그 수집',
  ],
  ['SIP from Front End Servers to the Director', '프런트 엔드 서버에서 디렉터로의 SIP 통신'],
  ["SIP from the Director to the user's pool", '디렉터에서 사용자가 속한 풀로의 SIP 통신'],
  ['Sign-in of internal users whose DNS points at the Director', 'DNS가 디렉터를 가리키는 내부 사용자의 로그인'],
  [
    'Server-to-server calls from a pool to the Director, client certificates among them',
    '풀에서 디렉터로의 서버 간 통신(클라이언트 인증서 게시 포함)',
  ],
  [
    'First request of a Director to the web farm, which then moves to 443',
    '디렉터에서 웹 팜으로의 초기 통신(이후 443으로 전환)',
  ],
  ['Requests of a Director to the web services of the web farm', '디렉터에서 웹 팜의 웹 서비스로의 통신'],
  [
    'Static routes of trusted services such as remote call control, in clear; optional',
    '원격 통화 제어 등 신뢰할 수 있는 서비스에 대한 고정 경로(암호화되지 않음, 선택 사항)',
  ],
  [
    'Configuration pushed from the Central Management store to the Director',
    '중앙 관리 저장소에서 디렉터로 구성 데이터 게시',
  ],

  // Front End.
  [
    'External web site of the pool, for requests that reached the reverse proxy on port 80',
    '풀의 외부 웹 사이트: 역방향 프록시의 포트 80으로 들어온 요청',
  ],
  [
    'External web site of the pool, for requests that reached the reverse proxy on port 443',
    '풀의 외부 웹 사이트: 역방향 프록시의 포트 443으로 들어온 요청',
  ],
  ['SIP from the Edge to a pool without passing the Director', '디렉터를 거치지 않는 에지 서버에서 풀로의 SIP 통신'],
  ['Sign-in and signalling of internal users', '내부 사용자의 로그인 및 신호'],
  ['SIP between servers, reports to the Monitoring Server among it', '서버 간 SIP 통신(모니터링 서버로의 보고 포함)'],
  [
    'State of conferences, and calls of Survivable Branch Appliances',
    '회의 상태 관리 및 SBA(Survivable Branch Appliance)의 통화',
  ],
  ['Internal web site of the pool, where HTTPS is not used', '풀의 내부 웹 사이트(HTTPS를 사용하지 않는 경우)'],
  ['Internal web site of the pool, its mobility service among it', '풀의 내부 웹 사이트(모바일 서비스 포함)'],
  ['Autodiscover sign-in between pools', '풀 간 자동 검색 로그인'],
  ['Web conferencing data of internal users', '내부 사용자의 웹 회의 데이터'],
  ['Web conferencing data of Live Meeting and older clients', 'Live Meeting 및 이전 클라이언트의 웹 회의 데이터'],
  [
    'Call admission control, bandwidth asked for by the ends of a call',
    '통화 허용 제어: 통화 양쪽에서 요청하는 대역폭',
  ],
  [
    'File share of the pool; the Backup Service writes to that of the paired pool',
    '풀의 파일 공유(백업 서비스는 연결된 풀의 파일 공유에 씀)',
  ],

  // The internal interface of the Edge.
  [
    'Centralized Logging on the Edge: commands to the agent, log results back',
    '에지 서버의 중앙 로깅 서비스: 에이전트 명령 및 로그 수집',
  ],
  [
    'SIP from the next hop back to the Edge, as the Director pages ask for it',
    '다음 홉에서 에지 서버로 돌아가는 SIP 통신(디렉터 페이지에서 요구함)',
  ],
  ['SIP from the next hop or a pool to the Edge', '다음 홉 또는 풀에서 에지 서버로의 SIP 통신'],
  ['SIP from the Edge to the next hop or a pool', '에지 서버에서 다음 홉 또는 풀로의 SIP 통신'],
  ['Media relay credentials (A/V authentication)', '미디어 릴레이 자격 증명(A/V 인증 서비스)'],
  [
    'First choice for media between internal and external users',
    '내부 사용자와 외부 사용자 간 미디어 전송의 기본 설정 경로',
  ],
  [
    'Media where UDP does not pass; file transfer and desktop sharing',
    'UDP 통신이 불가능할 때의 미디어 전송, 파일 전송 및 데스크톱 공유',
  ],
  [
    'Web conferencing data; each Front End Server connects out to the Edge',
    '웹 회의 데이터: 각 프런트 엔드 서버에서 에지 서버로 연결',
  ],
  [
    'XMPP gateway of the pool to the XMPP proxy of the Edge',
    '풀의 XMPP 게이트웨이에서 에지 서버의 XMPP 프록시로의 트래픽',
  ],
  [
    'Configuration pushed from the Central Management store to the Edge; nothing of the reverse proxy',
    '중앙 관리 저장소에서 에지 서버로 구성 데이터 복제(역방향 프록시와 무관)',
  ],
  ['Media where UDP does not pass, opened by the Edge', 'UDP 통신이 불가능할 때 에지 서버에서 여는 미디어 연결'],

  // Access Edge.
  ['Sign-in and signalling of external users', '외부 사용자의 로그인 및 신호'],
  [
    'Signalling from federation partners and public IM services',
    '페더레이션 파트너 및 공용 IM 서비스에서 들어오는 신호',
  ],
  [
    'Sign-in and signalling of external users where all Edge services share one address',
    '모든 에지 서비스가 하나의 주소를 공유할 때 외부 사용자의 로그인 및 신호',
  ],
  ['Signalling to federation partners and public IM services', '페더레이션 파트너 및 공용 IM 서비스로 나가는 신호'],
  [
    'Signalling to federation partners, as the page with hardware load balancers has it',
    '페더레이션 파트너로 나가는 신호(하드웨어 부하 분산 장치 페이지의 내용)',
  ],
  ['XMPP federation, partner to proxy', 'XMPP 페더레이션: 파트너에서 프록시로'],
  ['XMPP federation, proxy to partner', 'XMPP 페더레이션: 프록시에서 파트너로'],
  ['Fetching certificate revocation lists', '인증서 해지 목록(CRL) 검사 및 검색'],
  ['Name queries', 'DNS 쿼리'],
  ['Name queries over TCP', 'TCP를 통한 DNS 쿼리'],
  [
    'Media to federation partners, as the page with public addresses prints it',
    '페더레이션 파트너로의 미디어(공용 IP 주소 페이지의 내용)',
  ],
  ['Signalling from public IM services', '공용 IM 서비스에서 들어오는 신호'],
  ['Signalling to public IM services', '공용 IM 서비스로 나가는 신호'],
  ['Signalling of external users, as the public IM table repeats it', '외부 사용자의 신호(공용 IM 연결 표에서 반복됨)'],
  [
    'Audio and video to Windows Live Messenger, as the public IM page prints it',
    'Windows Live Messenger로의 오디오 및 비디오(공용 IM 연결 페이지의 내용)',
  ],
  [
    'Audio and video to Windows Live Messenger over UDP, as the public IM page prints it',
    'UDP를 통한 Windows Live Messenger로의 오디오 및 비디오(공용 IM 연결 페이지의 내용)',
  ],
  [
    'Audio and video from Windows Live Messenger, as the public IM page prints it',
    'Windows Live Messenger에서 오는 오디오 및 비디오(공용 IM 연결 페이지의 내용)',
  ],

  // Web Conferencing Edge and A/V Edge.
  ['Web conferencing data of external users', '외부 사용자의 웹 회의 데이터'],
  [
    'Web conferencing data of external users where all Edge services share one address',
    '모든 에지 서비스가 하나의 주소를 공유할 때 외부 사용자의 웹 회의 데이터',
  ],
  ['Allocation and checks of media candidates over UDP', 'UDP를 통한 미디어 후보의 할당 및 확인'],
  ['Allocation of media candidates, and media, over TCP', 'TCP를 통한 미디어 후보의 할당 및 미디어 전송'],
  [
    "Finding the partner Edge's version, and media between Edges",
    '통신하는 에지 서버의 버전 확인 및 에지 서버 간 미디어',
  ],
  [
    'Media to partner Edges over TCP; the range 50000-59999 is its source port',
    'TCP를 통한 파트너 에지 서버로의 미디어(50000-59999는 원본 포트 범위)',
  ],
  [
    'Media from partners on Office Communications Server 2007 only',
    'Office Communications Server 2007을 실행하는 파트너에서 오는 미디어만',
  ],
  [
    'Media to partners on Office Communications Server 2007, read with the range as destination',
    'Office Communications Server 2007을 실행하는 파트너로의 미디어(범위를 대상 포트로 읽음)',
  ],
  [
    'Media to federation partners, read with the range as destination',
    '페더레이션 파트너로의 미디어(범위를 대상 포트로 읽음)',
  ],
  [
    'Audio and video from Windows Live Messenger, a service that ended in March 2013 outside mainland China',
    'Windows Live Messenger에서 오는 오디오 및 비디오(중국 본토 외에서는 2013년 3월에 종료된 서비스)',
  ],
  [
    'Audio and video to Windows Live Messenger, a service that ended in March 2013 outside mainland China',
    'Windows Live Messenger로의 오디오 및 비디오(중국 본토 외에서는 2013년 3월에 종료된 서비스)',
  ],
  [
    'Audio and video to Windows Live Messenger, read with the range as destination',
    'Windows Live Messenger로의 오디오 및 비디오(범위를 대상 포트로 읽음)',
  ],

  // Office 365.
  ['Signalling of a hybrid deployment', '하이브리드 배포의 신호'],
  ['Data sharing of a hybrid deployment', '하이브리드 배포의 데이터 공유'],
  ['Media of a hybrid deployment over TCP', 'TCP를 통한 하이브리드 배포의 미디어'],
  ['Media of a hybrid deployment over UDP', 'UDP를 통한 하이브리드 배포의 미디어'],
  [
    'Media of a hybrid deployment, read with the range as destination',
    '하이브리드 배포의 미디어(범위를 대상 포트로 읽음)',
  ],

  // Reverse proxy.
  [
    'Redirection to HTTPS, and first requests of Autodiscover; optional',
    'HTTPS로 리디렉션 및 자동 검색의 초기 요청(선택 사항)',
  ],
  [
    'Published web services: address book, Autodiscover, meetings, dial-in, Office Web Apps',
    '게시된 웹 서비스: 주소록, 자동 검색, 모임, 전화 접속 회의, Office Web Apps',
  ],

  // Services of the Front End.
  ['IM conferencing; on an Edge the same number is MRAS', '메신저 회의(에지 서버에서 같은 번호는 MRAS)'],
  ['Signalling of audio and video conferencing', '오디오/비디오 회의의 신호'],
  ['Dial-in conferencing', '전화 접속 회의'],
  ['Conferencing Attendant of dial-in conferencing', '전화 접속 회의의 회의 길잡이'],
  ['Signalling of application sharing', '응용 프로그램 공유의 신호'],
  ['Conferencing Announcement', '회의 알림'],
  ['Call Park', '통화 대기'],
  ['Audio Test', '오디오 테스트'],
  ['Response Group', '응답 그룹'],
  [
    'Match making of Response Group in a pool of several servers',
    '여러 서버로 구성된 풀에서 응답 그룹의 연결 상대 선택',
  ],
  ["Call admission control of an Edge's media", '에지 서버 미디어의 통화 허용 제어'],
  ['Meeting data of Lync Web App, internal web site', 'Lync Web App의 모임 데이터(내부 웹 사이트)'],
  ['Meeting data of Lync Web App, external web site', 'Lync Web App의 모임 데이터(외부 웹 사이트)'],
  ['Mobility service, internal web site', '모바일 서비스(내부 웹 사이트)'],
  ['Mobility service, external web site', '모바일 서비스(외부 웹 사이트)'],
  ['UCWA mobility service, internal web site', 'UCWA 모바일 서비스(내부 웹 사이트)'],
  ['UCWA mobility service, external web site', 'UCWA 모바일 서비스(외부 웹 사이트)'],
  [
    'RPC endpoint mapper: moving users, user replication, address book',
    'RPC 엔드포인트 매퍼: 사용자 이동, 사용자 복제, 주소록',
  ],
  [
    'RPC services of the pool, on the ports that the endpoint mapper gives',
    '엔드포인트 매퍼가 지정하는 포트의 풀 RPC 서비스',
  ],
  ['Windows Fabric of the pool', '풀의 Windows Fabric'],
  ['Storage service of the pool', '풀의 저장소 서비스'],
  ['Management of conference directories', '회의 디렉터리 관리'],
  ['Room management of Persistent Chat', '영구 채팅의 채팅방 관리'],
  ['SIP side of the XMPP gateway', 'XMPP 게이트웨이의 SIP 쪽'],

  // Mediation and gateways.
  ['Calls from the pool to the Mediation service', '풀에서 중재 서비스로의 통화'],
  ['Calls from the PSTN gateway', 'PSTN 게이트웨이에서 들어오는 통화'],
  [
    'Calls from the PSTN gateway in clear; off until enabled',
    'PSTN 게이트웨이에서 들어오는 통화(암호화되지 않음, 사용하도록 설정해야 함)',
  ],
  ['Calls to the PSTN gateway in clear', 'PSTN 게이트웨이로 나가는 통화(암호화되지 않음)'],
  ['Calls to the PSTN gateway', 'PSTN 게이트웨이로 나가는 통화'],
  ['Emergency calls to the E9-1-1 gateway', 'E9-1-1 게이트웨이로의 긴급 통화'],

  // Media.
  ['Audio of calls and conferences over UDP', 'UDP를 통한 통화 및 회의의 오디오'],
  ['Audio of calls and conferences over TCP', 'TCP를 통한 통화 및 회의의 오디오'],
  ['Audio between servers of calls and conferences over UDP', 'UDP를 통한 통화 및 회의의 서버 간 오디오'],
  ['Video of calls and conferences over UDP', 'UDP를 통한 통화 및 회의의 비디오'],
  ['Video of calls and conferences over TCP', 'TCP를 통한 통화 및 회의의 비디오'],
  ['Application sharing of calls and conferences over TCP', 'TCP를 통한 통화 및 회의의 응용 프로그램 공유'],

  // Persistent Chat, Office Web Apps, SQL Server.
  ['Signalling of Persistent Chat', '영구 채팅의 신호'],
  ['Persistent Chat between servers, over TLS or mutual TLS', '영구 채팅의 서버 간 통신(TLS 또는 상호 TLS)'],
  ['File transfer of Persistent Chat', '영구 채팅의 파일 전송'],
  ['Presentations handed to the Office Web Apps Server', 'Office Web Apps 서버로 전달되는 프레젠테이션'],
  ['Office Web Apps Server as the reverse proxy publishes it', '역방향 프록시가 게시하는 Office Web Apps 서버'],
  [
    'Office Web Apps Server behind the reverse proxy, as the Autodiscover page prints it',
    '역방향 프록시 뒤의 Office Web Apps 서버(자동 검색 페이지의 내용)',
  ],
  ['Databases of the pool in the default instance', '기본 인스턴스에 있는 풀의 데이터베이스'],
  ['Asking for the port of an instance', '인스턴스의 포트 조회'],
  ['Mirroring between two SQL Servers', '두 SQL Server 간의 미러링'],
  ['Mirrored SQL Servers and their witness', '미러링된 SQL Server와 미러링 모니터 서버'],

  // Every server, and load balancers.
  [
    'Centralized Logging on internal servers: commands to the agent, log results back',
    '내부 서버의 중앙 로깅 서비스: 에이전트 명령 및 로그 수집',
  ],
  [
    'Configuration pushed from the Central Management store to internal servers',
    '중앙 관리 저장소에서 내부 서버로 구성 데이터 게시',
  ],
  [
    'Finding the local configuration database; normally on the loopback address',
    '로컬 구성 데이터베이스 찾기(일반적으로 루프백 주소에서)',
  ],
  [
    'What the load balancer of a pool passes on, from an address of its own or the virtual one',
    '풀의 부하 분산 장치가 자체 주소 또는 가상 IP 주소에서 전달하는 트래픽',
  ],

  // Skype for Business Server 2015.
  [
    'Configuration pushed from the Central Management store to the Edge',
    '중앙 관리 저장소에서 에지 서버로 구성 데이터 복제',
  ],
  ['Search of the Skype directory through the Edge', '에지 서버를 통한 Skype 디렉터리 검색'],

  // Windows.
  ['Kerberos tickets', 'Kerberos 티켓'],
  ['Kerberos tickets over TCP', 'TCP를 통한 Kerberos 티켓'],
  ['Password changes', '암호 변경'],
  ['Password changes over TCP', 'TCP를 통한 암호 변경'],
  ['Finding a domain controller', '도메인 컨트롤러 찾기'],
  ['Directory queries', '디렉터리 쿼리'],
  ['Directory queries over TLS', 'TLS를 통한 디렉터리 쿼리'],
  ['Global catalog queries', '글로벌 카탈로그 쿼리'],
  ['Global catalog queries over TLS', 'TLS를 통한 글로벌 카탈로그 쿼리'],
  ['RPC endpoint mapper of the domain controller', '도메인 컨트롤러의 RPC 엔드포인트 매퍼'],
  ['RPC services of the domain controller', '도메인 컨트롤러의 RPC 서비스'],
  ['Group policy and logon scripts', '그룹 정책 및 로그온 스크립트'],
  ['NetBIOS name service', 'NetBIOS 이름 서비스'],
  ['NetBIOS datagrams', 'NetBIOS 데이터그램'],
  ['Time', '시간 동기화'],
  ['Address lease', '주소 임대'],
  ['IPv6 address lease', 'IPv6 주소 임대'],
  ['Answer to an address lease', '주소 임대에 대한 응답'],
  ['Answer to an IPv6 address lease', 'IPv6 주소 임대에 대한 응답'],
  ['Remote administration over RPC', 'RPC를 통한 원격 관리'],
  ['Administrative file shares', '관리 공유 폴더'],
  ['Remote Desktop', '원격 데스크톱'],
  ['Remote PowerShell', '원격 PowerShell'],
  ['Remote PowerShell over TLS', 'TLS를 통한 원격 PowerShell'],
  ['Monitoring queries', '모니터링 쿼리'],
  ['Name queries of an Edge', '에지 서버의 DNS 쿼리'],
  ['Name queries of an Edge over TCP', 'TCP를 통한 에지 서버의 DNS 쿼리'],
  ['Name queries of an Edge to the Internet', '에지 서버에서 인터넷으로의 DNS 쿼리'],
  ['Name queries of an Edge to the Internet over TCP', 'TCP를 통한 에지 서버에서 인터넷으로의 DNS 쿼리'],
  ['Time of an Edge', '에지 서버의 시간 동기화'],
  ['Remote Desktop to an Edge', '에지 서버로의 원격 데스크톱'],
  ['Remote PowerShell to an Edge', '에지 서버로의 원격 PowerShell'],
])
