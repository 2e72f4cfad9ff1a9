#include "gui/branches/step_edits.h"

#include "engine/run/json_place.h"
#include "engine/run/step_form.h"
#include "gui/models/json_document.h"
#include "gui/theme/format.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::PendingEdit;
using nlohmann::json;
using tracestore::fail;
using tracestore::Result;

namespace {

    QString editsText(const char* text)
    {
        return QCoreApplication::translate("gui::StepEdits", text);
    }

    constexpr std::string_view kState = "state";

    bool isAtOrBelow(std::string_view path, std::string_view above)
    {
        const bool isBegin = path.starts_with(above);
        return isBegin
            && (path.size() == above.size() || path[above.size()] == '.'
                || path[above.size()] == '[');
    }

    bool isWhole(EditSide side, std::string_view path)
    {
        return (side == EditSide::Request && path == "request")
            || (side == EditSide::Outcome && path == "outcome")
            || (side == EditSide::State && path == kState);
    }

    /// Behind `state`: where setValueAt() has it.
    std::string placeInState(const std::string& path)
    {
        std::string place = path.substr(std::min(kState.size(), path.size()));
        if (place.starts_with('.'))
            place.erase(0, 1);
        return place;
    }

    Result<void> setIn(json& form, EditSide side, const std::string& path, json value)
    {
        if (isWhole(side, path)) {
            form = std::move(value);
            return {};
        }
        return side == EditSide::State
            ? engine::setValueAt(form, placeInState(path), std::move(value))
            : engine::setInForm(form, path, std::move(value));
    }

    std::string valueIn(const json& form, EditSide side, const std::string& path)
    {
        if (isWhole(side, path))
            return tracestore::toJsonText(form);
        if (side == EditSide::State) {
            const json* value = engine::valueAt(form, placeInState(path));
            return tracestore::toJsonText(value == nullptr ? json() : *value);
        }
        return tracestore::toJsonText(engine::valueOfForm(form, path).value_or(json()));
    }

    bool isPlainKey(const std::string& key)
    {
        return !key.empty() && std::ranges::all_of(key, [](unsigned char letter) {
            return std::isalnum(letter) != 0 || letter == '_';
        });
    }

    RequestPart partOfState(const QString& label, const std::string& path, const json& value)
    {
        const std::string text = tracestore::toJsonText(value);
        const auto document = JsonDocument::parse(text);
        RequestPart part {.label = label, .path = path};
        part.preview = singleLine(text, 160);
        part.value = toText(document ? prettyJson(**document) : text);
        part.isEditable = true;
        return part;
    }

    /// Each member by itself, and all of it.
    std::vector<RequestPart> partsOfState(const std::string& text)
    {
        std::vector<RequestPart> parts;
        const auto state = tracestore::parseJson(text);
        if (!state)
            return parts;
        if (state->is_object()) {
            for (const auto& [key, value] : state->items()) {
                if (isPlainKey(key))
                    parts.push_back(partOfState(toText(key), "state." + key, value));
            }
        }
        parts.push_back(partOfState(editsText("All of the state"), std::string(kState), *state));
        return parts;
    }

} // namespace

StepEdits::StepEdits(EditSide side, const engine::StepInspection& step)
    : m_side(side)
    , m_step(step)
{
    using Stage = engine::PendingStep::Stage;
    m_step.stage = side == EditSide::Outcome ? Stage::HeldAfter : Stage::HeldBefore;
    m_step.wire.clear();
    // The other sides have editors of their own.
    if (side == EditSide::Request)
        m_step.outcome.clear();
}

std::string StepEdits::recorded() const
{
    switch (m_side) {
    case EditSide::Request:
        return m_step.request;
    case EditSide::Outcome:
        return m_step.outcome;
    case EditSide::State:
        return m_step.state;
    }
    return {};
}

std::string StepEdits::formWith(const std::vector<PendingEdit>& edits) const
{
    if (edits.empty())
        return recorded();
    auto form = tracestore::parseJson(recorded());
    if (!form)
        return recorded();
    for (const PendingEdit& edit : edits) {
        auto value = tracestore::parseJson(edit.after);
        if (value)
            static_cast<void>(setIn(*form, m_side, edit.path, std::move(*value)));
    }
    return tracestore::toJsonText(*form);
}

std::vector<RequestPart> StepEdits::partsWith(const std::vector<PendingEdit>& edits) const
{
    if (recorded().empty())
        return {};
    std::vector<RequestPart> parts;
    if (m_side == EditSide::State) {
        parts = partsOfState(formWith(edits));
    } else {
        engine::StepInspection step = m_step;
        (m_side == EditSide::Request ? step.request : step.outcome) = formWith(edits);
        if (m_side == EditSide::Outcome)
            step.request.clear();
        parts = partsOf(step, edits);
    }
    for (RequestPart& part : parts) {
        part.isEdited = std::ranges::any_of(
            edits, [&](const PendingEdit& edit) { return isAtOrBelow(edit.path, part.path); });
    }
    return parts;
}

std::vector<RequestPart> StepEdits::parts() const
{
    return partsWith(m_edits);
}

Result<void> StepEdits::type(const std::string& path, const QString& typed)
{
    // What was typed for this part before does not count any more.
    std::vector<PendingEdit> others;
    std::ranges::copy_if(m_edits, std::back_inserter(others), [&](const PendingEdit& edit) {
        return !isAtOrBelow(edit.path, path) && !isWhole(m_side, path);
    });
    const auto parts = partsWith(others);
    const auto part = std::ranges::find(parts, path, &RequestPart::path);
    if (part == parts.end())
        return fail(tracestore::ErrorCode::Invalid, "There is no such part.");
    const auto typedEdits = editsOf(*part, typed);
    if (!typedEdits)
        return fail(typedEdits.error());
    auto form = tracestore::parseJson(formWith(others));
    if (!form)
        return fail(form.error());
    for (const TypedEdit& edit : *typedEdits) {
        auto value = tracestore::parseJson(edit.value);
        if (!value)
            return fail(value.error());
        const std::string before = valueIn(*form, m_side, edit.path);
        if (auto set = setIn(*form, m_side, edit.path, std::move(*value)); !set)
            return set;
        others.push_back({edit.path, before, edit.value});
    }
    m_edits = std::move(others);
    return {};
}

QString StepEdits::problemOf(const std::string& path, const QString& typed) const
{
    const auto parts = this->parts();
    const auto part = std::ranges::find(parts, path, &RequestPart::path);
    return part == parts.end() ? QString() : problemOfTyped(*part, typed, m_step.schema);
}

void StepEdits::takeLastBack()
{
    if (!m_edits.empty())
        m_edits.pop_back();
}

std::vector<engine::ForkEdit> StepEdits::forkEdits() const
{
    std::vector<engine::ForkEdit> edits;
    for (const PendingEdit& edit : m_edits) {
        const std::string side = m_side == EditSide::Request ? "request" : "outcome";
        const bool hasSide = m_side == EditSide::State || isWhole(m_side, edit.path);
        edits.push_back({hasSide ? edit.path : side + '.' + edit.path, edit.after});
    }
    return edits;
}

} // namespace gui
