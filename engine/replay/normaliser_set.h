#pragma once

#include "engine/replay/replay_policy.h"
#include "tracestore/base/result.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace re2 {
class RE2;
} // namespace re2

namespace engine {

/// Normalisers, ready to be used on the forms of requests. Copies share what was compiled. One
/// thread.
class NormaliserSet
{
public:
    /// Invalid: a pattern is none; the message says which, and why.
    static tracestore::Result<NormaliserSet> of(const std::vector<Normaliser>& normalisers);

    /// Whether any may change a request of this tool or model.
    [[nodiscard]] bool concerns(const std::string& name) const;

    /// The form of a request of a tool or model with all texts replaced.
    [[nodiscard]] nlohmann::json normalised(const std::string& name, nlohmann::json form) const;

private:
    struct Compiled
    {
        Normaliser normaliser;
        std::shared_ptr<const re2::RE2> pattern;
    };

    std::string replaced(const std::string& name, const std::string& path, std::string text) const;

    std::vector<Compiled> m_compiled;
};

/// Whether the path of a text in a form is meant by one with `*` in it, or lies below it.
bool isPathMeant(std::string_view meant, std::string_view path);

} // namespace engine
