#pragma once

#include "engine/config/agent_config.h"
#include "engine/config/key_store.h"
#include "engine/provider/http_target.h"
#include "engine/provider/provider.h"
#include "tracestore/base/clock.h"

#include <QProcessEnvironment>

namespace engine {

/// What providers need from the program around them.
struct ProviderServices
{
    const tracestore::Clock& clock; ///< outlives the providers
    const KeyStore& keys;
    QProcessEnvironment environment; ///< for the proxy variables
};

/// The provider of a configuration. Fails where a key is missing, an address is none, or a script
/// is wrong, with a sentence that names the provider and says what to do.
tracestore::Result<std::unique_ptr<Provider>> makeProvider(const ProviderConfig& config,
                                                           const ProviderServices& services);

/// Where the provider of a configuration is asked, which is no script. Fails like makeProvider().
tracestore::Result<HttpTarget> httpTarget(const ProviderConfig& config, const KeyStore& keys);

} // namespace engine
