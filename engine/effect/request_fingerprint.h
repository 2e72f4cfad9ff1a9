#pragma once

#include "engine/effect/effect.h"
#include "tracestore/base/hash.h"

#include <unordered_map>

namespace engine {

/// Names what is asked, so that an equal request is found again in a cache or a recording: a hash
/// over the typed fields in a canonical form (JSON with sorted keys and no white space), with what
/// changes from run to run left out: ids of calls (a result is named by the place of its call),
/// signatures and hidden text of reasoning, whether the answer is streamed, and how long a wait is.
///
/// Message lists hash message by message on what came before, and the hashes of known lists are
/// kept: a longer conversation costs its new part only. One thread.
class RequestFingerprint
{
public:
    /// Rises when equal requests get another text than before; it is a part of the text.
    static constexpr int kVersion = 1;

    /// `v1:` and 32 hexadecimal digits.
    std::string of(const EffectRequest& request);

    /// How many messages were hashed so far: for tests and benchmarks.
    [[nodiscard]] std::size_t hashedMessages() const { return m_hashed; }

private:
    using Node = tracestore::MessageChain::Node;

    struct Known
    {
        std::weak_ptr<const Node> node; ///< an address is used again once its node is gone
        tracestore::ContentHash hash;
    };

    tracestore::ContentHash hashOf(const tracestore::MessageChain& messages);
    const tracestore::ContentHash* find(const std::shared_ptr<const Node>& node) const;
    void remember(const std::shared_ptr<const Node>& node, tracestore::ContentHash hash);

    std::unordered_map<const Node*, Known> m_known;
    std::size_t m_sweepAt = 1024;
    std::size_t m_hashed = 0;
};

/// JSON text in its canonical form; text that is not JSON as it is.
std::string canonicalJson(const std::string& text);

} // namespace engine
