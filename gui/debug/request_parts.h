#pragma once

#include "engine/debug/debug_status.h"

#include <QString>

#include <vector>

namespace gui {

/// A part of what a step sends, or of what came back, that is looked at and edited by itself.
struct RequestPart
{
    enum class Form : std::uint8_t
    {
        Text, ///< the value is a text, shown without quotes
        Json
    };

    QString label;
    QString preview; ///< the beginning of it in a line
    std::string path; ///< as EditRequest and EditOutcome have it
    QString value; ///< as it stands in an editor
    Form form = Form::Json;
    bool isOutcome = false;
    bool isEditable = false;
    bool isEdited = false; ///< pending edits change it

    bool operator==(const RequestPart&) const = default;
};

/// The parts of a step, the most wanted first. `edits` are those that wait for it to go on.
std::vector<RequestPart> partsOf(const engine::StepInspection& step,
                                 const std::vector<engine::PendingEdit>& edits);

/// An edit by path, as orders have it.
struct TypedEdit
{
    std::string path;
    std::string value; ///< JSON

    bool operator==(const TypedEdit&) const = default;
};

/// The smallest edits that make of a part what was typed; none where it is the same. Fails where
/// what was typed is no JSON and has to be.
tracestore::Result<std::vector<TypedEdit>> editsOf(const RequestPart& part, const QString& typed);

/// What is wrong with what was typed: no JSON, or not as `schema`, the JSON schema of the tool,
/// wants it, a sentence a line; empty where all is well.
QString problemOfTyped(const RequestPart& part, const QString& typed, const std::string& schema);

} // namespace gui
