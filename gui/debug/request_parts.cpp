#include "gui/debug/request_parts.h"

#include "engine/tool/json_schema.h"
#include "gui/models/json_document.h"
#include "gui/theme/format.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EffectKind;
using engine::StepInspection;
using Json = nlohmann::json;
using PartForm = RequestPart::Form;
using StepStage = engine::PendingStep::Stage;

namespace {

    QString partText(const char* text)
    {
        return QCoreApplication::translate("gui::RequestParts", text);
    }

    std::string dumpedJson(const Json& value)
    {
        return value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }

    QString pretty(const Json& value)
    {
        const std::string text = dumpedJson(value);
        const auto document = JsonDocument::parse(text);
        return toText(document ? prettyJson(**document) : text);
    }

    /// What is shown of a message as a text: where it has nothing but that.
    bool isPlainMessage(const Json& message)
    {
        const auto parts = message.find("parts");
        if (parts == message.end() || !parts->is_array() || parts->size() != 1)
            return false;
        const Json& part = parts->front();
        return part.is_object() && part.value("type", Json()) == "text" && part.contains("text")
            && part["text"].is_string();
    }

    QString roleOfMessage(const Json& message)
    {
        const Json role = message.is_object() ? message.value("role", Json()) : Json();
        return role.is_string() ? singleLine(role.get<std::string>(), 20) : partText("message");
    }

    class PartMaker
    {
    public:
        PartMaker(const StepInspection& step, const std::vector<engine::PendingEdit>& edits)
            : m_step(step)
            , m_edits(edits)
        { }

        std::vector<RequestPart> make()
        {
            // What came is what one wants to see once it is there.
            if (m_step.stage == StepStage::HeldAfter)
                addOutcome();
            addRequest();
            if (!m_step.wire.empty())
                add(partText("As sent to the provider"),
                    {},
                    parsedForm(m_step.wire),
                    PartForm::Json);
            return std::move(m_parts);
        }

    private:
        static Json parsedForm(const std::string& text)
        {
            Json value = Json::parse(text, nullptr, false);
            return value.is_discarded() ? Json(text) : value;
        }

        [[nodiscard]] bool isEdited(const std::string& path) const
        {
            const auto concerns = [&](const engine::PendingEdit& edit) {
                const bool isBelow = edit.path.starts_with(path)
                    && (edit.path.size() == path.size() || edit.path[path.size()] == '.'
                        || edit.path[path.size()] == '[');
                return isBelow || path == "request" || path == "outcome";
            };
            return !path.empty() && std::ranges::any_of(m_edits, concerns);
        }

        void add(const QString& label, const std::string& path, const Json& value, PartForm form)
        {
            RequestPart part {.label = label, .path = path, .form = form};
            const bool isText = form == PartForm::Text && value.is_string();
            part.form = isText ? PartForm::Text : PartForm::Json;
            part.value = isText ? toText(value.get<std::string>()) : pretty(value);
            part.preview = singleLine(isText ? value.get<std::string>() : dumpedJson(value), 160);
            part.isOutcome = m_isOutcome;
            const StepStage wanted = m_isOutcome ? StepStage::HeldAfter : StepStage::HeldBefore;
            part.isEditable = !path.empty() && m_step.stage == wanted;
            part.isEdited = isEdited(path);
            m_parts.push_back(std::move(part));
        }

        void addMember(const QString& label, const Json& form, const char* name, PartForm kind)
        {
            if (form.contains(name))
                add(label, name, form[name], kind);
        }

        void addRequest()
        {
            const Json form = parsedForm(m_step.request);
            if (m_step.request.empty())
                return;
            if (form.is_object()) {
                addMember(partText("Arguments"), form, "args", PartForm::Json);
                addMember(partText("Task"), form, "task", PartForm::Text);
                addMember(partText("Question"), form, "question", PartForm::Text);
                if (form.contains("messages") && form["messages"].is_array())
                    addMessages(form);
            }
            add(partText("All of it"), "request", form, PartForm::Json);
        }

        void addMessages(const Json& form)
        {
            const Json& messages = form["messages"];
            const bool hasSystem = !messages.empty() && messages[0].is_object()
                && messages[0].value("role", Json()) == "system" && isPlainMessage(messages[0]);
            add(partText("System prompt"),
                "system",
                hasSystem ? messages[0]["parts"][0]["text"] : Json(""),
                PartForm::Text);
            addMember(partText("Model"), form, "model", PartForm::Text);
            addMember(partText("Parameters"), form, "param", PartForm::Json);
            addMember(partText("Tools"), form, "tools", PartForm::Json);
            // The last messages are those one wants.
            for (std::size_t i = messages.size(); i-- > (hasSystem ? 1 : 0);) {
                const std::string place = "messages[" + std::to_string(i) + ']';
                const QString label = QString::number(i) + u' ' + roleOfMessage(messages[i]);
                if (isPlainMessage(messages[i]))
                    add(label, place + ".text", messages[i]["parts"][0]["text"], PartForm::Text);
                else
                    add(label, place, messages[i], PartForm::Json);
            }
        }

        void addOutcome()
        {
            m_isOutcome = true;
            const Json form = parsedForm(m_step.outcome);
            if (form.is_object()) {
                addMember(partText("Result"), form, "result", PartForm::Text);
                if (form.contains("message") && isPlainMessage(form["message"]))
                    add(partText("Answer"),
                        "message.text",
                        form["message"]["parts"][0]["text"],
                        PartForm::Text);
                else
                    addMember(partText("Answer"), form, "message", PartForm::Json);
                addMember(partText("Status"), form, "status", PartForm::Text);
                addMember(partText("Error"), form, "error", PartForm::Json);
            }
            add(partText("All of the outcome"), "outcome", form, PartForm::Json);
            m_isOutcome = false;
        }

        const StepInspection& m_step;
        const std::vector<engine::PendingEdit>& m_edits;
        std::vector<RequestPart> m_parts;
        bool m_isOutcome = false;
    };

    /// A key as a path has it.
    std::string keyInPath(const std::string& key)
    {
        const auto isPlain = [](char letter) {
            return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
        };
        const bool isName = !key.empty() && std::ranges::all_of(key, isPlain);
        return '.' + (isName ? key : dumpedJson(Json(key)));
    }

    /// Whether members were only set: then each is an edit of its own.
    bool isOnlySet(const Json& before, const Json& after)
    {
        if (!before.is_object() || !after.is_object())
            return false;
        for (const auto& [key, value] : before.items()) {
            if (!after.contains(key))
                return false;
        }
        return true;
    }

} // namespace

std::vector<RequestPart> partsOf(const StepInspection& step,
                                 const std::vector<engine::PendingEdit>& edits)
{
    return PartMaker(step, edits).make();
}

tracestore::Result<std::vector<TypedEdit>> editsOf(const RequestPart& part, const QString& typed)
{
    std::vector<TypedEdit> edits;
    if (typed == part.value)
        return edits;
    if (part.form == PartForm::Text) {
        edits.push_back({part.path, dumpedJson(Json(typed.toStdString()))});
        return edits;
    }
    const Json after = Json::parse(typed.toStdString(), nullptr, false);
    if (after.is_discarded())
        return tracestore::fail(tracestore::ErrorCode::Invalid,
                                partText("This is no JSON yet.").toStdString());
    const Json before = Json::parse(part.value.toStdString(), nullptr, false);
    if (after == before)
        return edits;
    const bool isWhole = part.path == "request" || part.path == "outcome";
    if (isWhole || !isOnlySet(before, after)) {
        edits.push_back({part.path, dumpedJson(after)});
        return edits;
    }
    for (const auto& [key, value] : after.items()) {
        if (!before.contains(key) || before[key] != value)
            edits.push_back({part.path + keyInPath(key), dumpedJson(value)});
    }
    // What was typed together is taken back together.
    if (edits.size() > 1)
        edits = {{part.path, dumpedJson(after)}};
    return edits;
}

QString problemOfTyped(const RequestPart& part, const QString& typed, const std::string& schema)
{
    if (part.form == PartForm::Text)
        return {};
    const std::string text = typed.toStdString();
    const auto document = JsonDocument::parse(text);
    if (!document)
        return singleLine(document.error().message, 300);
    if (schema.empty() || part.path != "args")
        return {};
    const auto known = engine::JsonSchema::parse(schema);
    if (!known)
        return {};
    const Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded())
        return partText("This is no JSON yet.");
    const auto fits = known->check(value);
    return fits ? QString() : visibleText(toText(fits.error().message));
}

} // namespace gui
