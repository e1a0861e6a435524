// The list of registered security policies.
#include "net/security.h"

SecurityPolicies security_policies;
