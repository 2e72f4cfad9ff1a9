#pragma once

#include "engine/effect/effect.h"
#include "tracestore/base/result.h"

#include <nlohmann/json.hpp>

namespace engine {

// The forms in which a held step is shown and edited (README.md): JSON whose members are what paths
// such as `args.amount` or `message.text` begin with.

nlohmann::json formOf(const EffectRequest& request);

/// The request that a form says. What the form does not tell comes from `like`, the request that it
/// was made of. Invalid: what of it makes no sense.
tracestore::Result<EffectRequest> requestOfForm(const nlohmann::json& form,
                                                const EffectRequest& like);

nlohmann::json formOf(const Outcome& outcome);

/// The outcome that a form says, which was made of `like` and changed. A new result of a call that
/// failed makes it one that did not, unless its status or error were changed, too. Invalid.
tracestore::Result<Outcome> outcomeOfForm(const nlohmann::json& form, const Outcome& like);

/// The value at a path of a form; null where there is none. `system` is the text of the first
/// system message, `messages[3].text` that of a message.
std::optional<nlohmann::json> valueOfForm(const nlohmann::json& form, const std::string& path);

/// Sets it. Invalid: there is no such place.
tracestore::Result<void>
setInForm(nlohmann::json& form, const std::string& path, nlohmann::json value);

/// A request as an edit of it says that was recorded. Invalid: it makes no sense of it.
tracestore::Result<EffectRequest> editedRequest(const EffectRequest& request,
                                                const tracestore::EditMade& edit);

} // namespace engine
