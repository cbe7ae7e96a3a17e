# One ICMP echo request from the first address to the second. Perl's Socket module is part of every Debian;
# the ping command is not, and Node.js has no raw sockets.
use strict;
use warnings;
use Socket;

my ($from, $to) = @ARGV;
socket(my $socket, PF_INET, SOCK_RAW, 1) or die "socket: $!";
bind($socket, pack_sockaddr_in(0, inet_aton($from))) or die "bind: $!";

my $sum = 0;
my @fields = (8 << 8, 0, 1, 1, unpack('n*', 'portolan'));
$sum += $_ for @fields;
$sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
$fields[1] = ~$sum & 0xffff;
send($socket, pack('n*', @fields), 0, pack_sockaddr_in(0, inet_aton($to))) or die "send: $!";
