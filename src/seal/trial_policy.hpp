// What marks a certificate as one for trial.
#pragma once

namespace shanqi::seal {

// 2.25.<UUID 36b7f185-88a2-4925-98d5-9d3170d44372 as a number>: an arc that anybody may use without asking
// (ITU-T X.667). Never give it to a certificate that is meant for real use.
inline constexpr const char* trial_policy_oid = "2.25.72733400737843577787331894095994176370";

// How the name of every trial CA begins.
inline constexpr const char* trial_issuer_prefix = "善器试用CA（无法律效力）";

}  // namespace shanqi::seal
