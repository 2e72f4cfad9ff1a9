#include "engine/effect/secret_cover.h"

#include "tracestore/base/json_io.h"

#include <QByteArray>

#include <algorithm>

namespace engine {

void SecretCover::add(const std::string& name, const std::string& secret)
{
    if (secret.size() < kShortest)
        return;
    const QByteArray bytes = QByteArray::fromStdString(secret);
    const std::string quoted = tracestore::quoteJson(secret);
    const auto base64 = [&](QByteArray::Base64Options options) {
        return bytes.toBase64(options | QByteArray::OmitTrailingEquals).toStdString();
    };
    const std::string shown = placeholder(name);
    for (std::string form : {secret,
                             quoted.substr(1, quoted.size() - 2),
                             bytes.toPercentEncoding().toStdString(),
                             bytes.toHex().toStdString(),
                             base64(QByteArray::Base64Encoding),
                             base64(QByteArray::Base64UrlEncoding)})
        m_replacements.emplace_back(std::move(form), shown);
    std::ranges::stable_sort(m_replacements, [](const auto& a, const auto& b) {
        return a.first.size() > b.first.size();
    });
}

std::string SecretCover::placeholder(std::string_view name)
{
    return "[secret:" + std::string(name) + ']';
}

std::string SecretCover::masked(std::string text) const
{
    for (const auto& [form, shown] : m_replacements) {
        if (text.find(form) == std::string::npos)
            continue;
        std::string clean;
        std::size_t from = 0;
        for (std::size_t at = 0; (at = text.find(form, from)) != std::string::npos;) {
            clean.append(text, from, at - from).append(shown);
            from = at + form.size();
        }
        text = std::move(clean.append(text, from));
    }
    return text;
}

void SecretCover::mask(Outcome& outcome) const
{
    if (m_replacements.empty())
        return;
    outcome.text = masked(std::move(outcome.text));
    outcome.note = masked(std::move(outcome.note));
    if (outcome.error) {
        outcome.error->type = masked(std::move(outcome.error->type));
        outcome.error->message = masked(std::move(outcome.error->message));
    }
}

} // namespace engine
