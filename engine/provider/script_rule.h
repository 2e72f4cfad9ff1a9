#pragma once

#include "engine/provider/script_template.h"
#include "tracestore/model/message.h"
#include "tracestore/model/span.h"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace re2 {
class RE2;
}

namespace engine {

/// What a text has to be; everything that is set holds.
struct TextCondition
{
    std::string contains;
    std::optional<std::string> equals;
    std::shared_ptr<const re2::RE2> matches;
};

struct MessageCondition
{
    std::optional<tracestore::Role> role;
    TextCondition text;
};

struct ResultCondition
{
    std::string tool;
    std::optional<bool> isError;
    TextCondition text;
};

/// When a rule applies.
struct RuleCondition
{
    std::vector<MessageCondition> last; ///< the last messages, the very last one at the end
    std::optional<ResultCondition> result; ///< one of the results that the request ends with
    TextCondition input; ///< the first message of the user
    TextCondition system;
    TextCondition model;
    std::vector<std::string> tools; ///< all of these are offered
    std::size_t fromTurn = 1;
    std::optional<std::size_t> toTurn;
    std::map<std::string, nlohmann::json> state;
    std::optional<double> chance; ///< share of the requests with other seeds in which it applies
};

struct ScriptCall
{
    ScriptTemplate name;
    JsonTemplate arguments;
    std::string rawArguments; ///< sent as they are, valid or not, where not empty
};

/// How a call goes wrong.
struct ScriptFault
{
    enum class Kind
    {
        Status, ///< the provider refuses
        Cut, ///< the connection ends inside the answer
        Malformed, ///< what comes is not JSON
        Timeout, ///< nothing comes
        Network, ///< there is no connection
        Empty ///< an answer that says nothing
    };

    Kind kind = Kind::Status;
    int status = 500;
    std::string message;
    std::optional<tracestore::Duration> retryAfter;
    std::size_t after = 0; ///< bytes of the answer that come before a cut
};

/// How fast an answer comes.
struct ScriptPace
{
    tracestore::Duration delay; ///< before the first piece
    tracestore::Duration chunkDelay; ///< between two
    std::size_t chunk = 24; ///< bytes in a piece
};

/// What a rule answers.
struct ScriptReply
{
    ScriptTemplate text;
    ScriptTemplate reasoning;
    std::vector<ScriptCall> calls;
    std::string finish;
    std::optional<tracestore::TokenUsage> usage;
    ScriptPace pace;
    std::optional<ScriptFault> fault;
};

struct ScriptRule
{
    std::string name;
    RuleCondition when;
    std::optional<std::size_t> times; ///< at most so often
    std::map<std::string, nlohmann::json> set;
    std::map<std::string, double> add;
    ScriptReply reply;
};

} // namespace engine
