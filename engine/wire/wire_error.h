#pragma once

#include "tracestore/base/timestamp.h"
#include "tracestore/import/http/model_api.h"
#include "tracestore/model/span.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// Why a call of a model failed. The type is an HTTP status, or `network`, `timeout`, `protocol`.
struct WireError
{
    tracestore::SpanError error;
    std::optional<tracestore::Duration> retryAfter; ///< as the provider asked for

    bool operator==(const WireError&) const = default;
};

WireError networkError(std::string message);
WireError timeoutError(std::string message);

/// What came is not what the API speaks.
WireError protocolError(std::string message, bool isRetryable);

/// The value of a header by its lower-case name; empty where it is not there.
using HeaderLookup = std::function<std::string(std::string_view name)>;

/// What an answer with an HTTP status that is no success means. The sentence is the provider's
/// where the body holds one. `now` is needed where a date says when to try again.
WireError
httpError(int status, std::string_view body, const HeaderLookup& header, tracestore::Timestamp now);

/// An error that a provider told of after its answer had begun: `error` is what stands under that
/// name. Its words are translated into the status that they stand for.
WireError errorInAnswer(const nlohmann::json& error);

/// Seconds, or an HTTP date; not before zero, at most a day.
std::optional<tracestore::Duration> parseRetryAfter(std::string_view value,
                                                    tracestore::Timestamp now);

/// Whether it makes sense to ask again after an answer with this status.
bool isRetryableStatus(int status);

} // namespace engine
