#include "engine/bundle/known_secrets.h"

#include <QProcessEnvironment>

#include <algorithm>
#include <array>

namespace engine {

using namespace Qt::StringLiterals;

std::vector<std::pair<std::string, std::string>> secretsOfEnvironment()
{
    const std::array endings {u"KEY"_s, u"TOKEN"_s, u"SECRET"_s, u"PASSWORD"_s, u"PASSWD"_s};
    const auto environment = QProcessEnvironment::systemEnvironment();
    std::vector<std::pair<std::string, std::string>> secrets;
    for (const QString& name : environment.keys()) {
        const bool isSecret = std::any_of(endings.begin(), endings.end(), [&](const QString& one) {
            return name.endsWith(one, Qt::CaseInsensitive);
        });
        if (isSecret)
            secrets.emplace_back(name.toStdString(), environment.value(name).toStdString());
    }
    return secrets;
}

} // namespace engine
