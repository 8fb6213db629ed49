//! Histories in words, of which together everything that is stored has an example.

/// Everything that can happen, with as little said as possible.
pub(super) const PLAIN: &str = "\
grant a 100
hold h 10
unknown h 60
extend h 7200
settle h whole
hold i 1 life=1
12:01 charge c 5
hold j 1
release j failed
refund c
grant b 5 until=12:30 renews
charge e 5
12:40 refund e
grant d 5 until=13:00
13:00 freeze
thaw
hold k 1 overage=debt:9
settle k 200
forgive 4
grant f 10 top-up
give g 5
take 1
revoke g
charge-back f
2027-01-01 grant l 10
14:00 repair-mark
hold m 5
settle m delivered:1,failed:1
hold n 1
15:00 settle n 0.5
close";

/// The same with as much said as possible, and names of 100 bytes.
pub(super) const RICH: &str = "\
2026-01-01T12:00:00.000001Z grant <g> 999999999999990000 kind=<k> from=12:00 until=9999-12-31T23:59:59.999999Z \
priority=-32768 for=<s>,/<t>,*<m>,-<x> cost=0.000000001 unit=credits renews repays once=<ref>
hold <h> 30.000000001 on=<s>/<m> tool=<t> member=<w> cap=1000000000000000000 unit=credits \
overage=debt:1000000000000000000 late=absorb life=2678400
unknown <h> 2678400
extend <h> 2678400
settle <h> 31.5 outcome=cancelled
hold <i> 1 on=<s>/<m> tool=<t> member=<w> overage=absorb life=1
12:01 charge <c> 5.000000001 on=<s>/<m> tool=<t> member=<w> cap=6
settle <i> delivered:1,failed:2,blocked:3,cancelled:4,empty:5
hold <j> 1 on=<s>/<m> tool=<t>
release <j> blocked
refund <c> 2 reason=<why>
grant <b> 5 promotional until=12:30 renews priority=32767 cost=0
charge <e> 5 on=other/model
12:40 refund <e> 4 reason=<why>
grant <d> 5 until=13:00 reward
13:00 freeze reason=<why>
thaw reason=<why>
grant <u> 10 subscription for=<x>
charge <v> 10 on=<x>/y
charge-back <u> reason=<why>
grant <y> 4 top-up spares
give <z> 3 top-up reason=<why> actor=<who>
take 1 reason=<why> actor=<who>
forgive 1 reason=<why> actor=<who>
revoke <y> reason=<why>
2027-01-01 grant <l> 10
14:00 repair-mark reason=<why> actor=<who>
hold <n> 2 on=<s>/<m> tool=<t>
unknown <n> 100000
hold <o> 1 on=<s>/<m> tool=<t> life=1
2026-01-02 grant <p> 1";

/// The largest amount there is, and the smallest.
pub(super) const EDGES: &str = "\
grant a 999999999999999999.999999999
grant b 0.000000001
hold h 1000000000000000000
settle h 0.000000001
charge c 999999999999999999.999999999
refund c 0.000000001
charge-back a";

pub(super) const SCRIPTS: [&str; 3] = [PLAIN, RICH, EDGES];

/// What can happen of plans, with as little said as possible.
pub(super) const PLANS_PLAIN: &str = "\
under every
zone +02:00
subscribe basic inv-1
auto-top-up 241 100
charge c 10
hold h 10 on=video/flux
release h failed
fail inv-2
schedule pro
resume
cancel
resume
renew inv-3
top-up small inv-4
take 100
reward welcome
promise referral user-8
reward referral for=user-8
promise referral user-9
take-back referral user-9
join ann owner
limit ann 40
hold i 1 member=ann
limit ann none
leave ann
grant g 5 until=2026-01-09
2026-01-05T12:00 auto-top-up off
take 300
take 45
2026-02-01T13:00 charge d 1
refund d
upgrade pro inv-5
schedule basic
2026-03-01T13:00 renew inv-6
2026-03-02 freeze
thaw
2026-05-01 charge e 50";

/// The same with as much said as possible, and names of 100 bytes. It stops where the account has most to be kept.
pub(super) const PLANS_RICH: &str = "\
under rich
2026-01-01T12:00:00.000001Z zone +05:45
join <a> owner
subscribe <p> <i> months=36 by=<a>
schedule <q> months=12 by=<a>
cancel reason=<why> by=<a>
resume by=<a>
fail <l>
join <b>
limit <b> 999999.999999999
auto-top-up 999999.999999999 999999.999999999 by=<a>
top-up <t> <j> by=<a>
hold <h> 1.000000001 on=<s>/<x> member=<b>
charge <o> 1000 on=<s>/<x> member=<b>
refund <o> 0.000000001
take 998000
reward <r> for=<y>
promise <w> <y>
reward <w> for=<y>
promise <w> <z>
promise <w> <k>
take-back <w> <z> reason=<why>
2026-02-01T12:01 settle <h> 2
schedule <q> months=12 by=<a>";

/// How that ends.
pub(super) const PLANS_END: &str = "\
upgrade <q> <n> months=2 by=<a>
leave <b>
renew <m> plan=<q>
schedule <p> months=1 by=<a>
end reason=<why>";
