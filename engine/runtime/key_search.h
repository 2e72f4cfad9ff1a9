#pragma once

#include "engine/config/key_store.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/key_fetch.h"

#include <memory>

namespace engine {

/// Looks where keys are, for who shows it; asks nobody to unlock anything. One use.
class KeySearch : public QObject
{
    Q_OBJECT

public:
    /// The vault may be null; else it outlives this.
    KeySearch(std::vector<KeyNeed> needs,
              RunKeys::Environment environment,
              KeyVault* vault,
              QObject* parent = nullptr);

    void start();

    [[nodiscard]] const KeyReport& report() const { return m_report; }

signals:
    /// From the event loop, soon: a key store that does not answer is not waited for long.
    void finished();

private:
    void takeFetched();

    std::vector<std::string> m_missing; ///< in the environment
    KeyReport m_report;
    std::unique_ptr<KeyFetch> m_fetch;
};

} // namespace engine
