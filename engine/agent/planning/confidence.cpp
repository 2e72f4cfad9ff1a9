#include "engine/agent/planning/confidence.h"

#include <algorithm>
#include <cmath>

namespace engine {
namespace {

    constexpr double kAdmissionWeight = 0.6;
    constexpr double kHedgeWeight = 0.25;

    constexpr auto kEnglishAdmissions = std::to_array<std::string_view>({
        "i don't know",
        "i do not know",
        "i'm not sure",
        "i am not sure",
        "not certain",
        "i'm uncertain",
        "cannot determine",
        "can't determine",
        "unable to",
        "no idea",
        "couldn't find",
        "could not find",
        "i'm guessing",
        "just a guess",
        "not enough information",
        "insufficient information",
        "unclear",
        "can't tell",
        "cannot tell",
        "hard to say",
        "i cannot confirm",
        "i can't confirm",
        "cannot verify",
        "can't verify",
        "couldn't verify",
        "not confident",
        "difficult to say",
        "my best guess",
        "cannot answer",
        "can't answer",
    });
    constexpr auto kEnglishHedges = std::to_array<std::string_view>({
        "maybe",         "perhaps",          "might",          "possibly", "probably",
        "i think",       "i believe",        "seems",          "appears",  "likely",
        "it's possible", "could be",         "i assume",       "may be",   "i guess",
        "presumably",    "as far as i know", "it is possible", "roughly",  "supposedly",
    });

    constexpr auto kGermanAdmissions = std::to_array<std::string_view>({
        "ich weiß nicht",
        "ich weiß es nicht",
        "weiß ich nicht",
        "nicht sicher",
        "bin unsicher",
        "bin mir unsicher",
        "keine ahnung",
        "nicht finden",
        "nicht bestimmen",
        "nicht feststellen",
        "nicht beantworten",
        "nicht bestätigen",
        "nicht überprüfen",
        "nicht beurteilen",
        "nicht genug informationen",
        "nicht genügend informationen",
        "zu wenig informationen",
        "unklar",
        "schwer zu sagen",
        "nur geraten",
        "nur eine vermutung",
        "ich rate nur",
    });
    constexpr auto kGermanHedges = std::to_array<std::string_view>({
        "vielleicht", "möglicherweise", "eventuell",       "vermutlich",   "wahrscheinlich",
        "wohl",       "ich glaube",     "glaube ich",      "ich denke",    "ich vermute",
        "ich meine",  "anscheinend",    "scheint",         "könnte",       "dürfte",
        "womöglich",  "angeblich",      "soweit ich weiß", "ich nehme an", "ungefähr",
    });

    constexpr auto kSpanishAdmissions = std::to_array<std::string_view>({
        "no sé",
        "no lo sé",
        "no estoy seguro",
        "no estoy segura",
        "no tengo idea",
        "ni idea",
        "no puedo determinar",
        "no puedo confirmar",
        "no puedo verificar",
        "no puedo responder",
        "no pude encontrar",
        "no he podido encontrar",
        "no encontré",
        "no he encontrado",
        "no está claro",
        "no queda claro",
        "difícil de decir",
        "es difícil saber",
        "no hay suficiente información",
        "no tengo suficiente información",
        "información insuficiente",
        "estoy adivinando",
        "solo una suposición",
        "no me consta",
    });
    constexpr auto kSpanishHedges = std::to_array<std::string_view>({
        "quizá",         "quizás",     "tal vez",       "a lo mejor",  "posiblemente",
        "probablemente", "creo que",   "pienso que",    "supongo que", "parece",
        "parece que",    "podría ser", "puede ser",     "puede que",   "es posible",
        "me parece",     "al parecer", "supuestamente", "que yo sepa", "aproximadamente",
    });

    constexpr auto kFrenchAdmissions = std::to_array<std::string_view>({
        "je ne sais pas",
        "je ne suis pas sûr",
        "je ne suis pas sûre",
        "je ne suis pas certain",
        "je ne suis pas certaine",
        "aucune idée",
        "je ne peux pas déterminer",
        "je ne peux pas confirmer",
        "je ne peux pas vérifier",
        "je ne peux pas répondre",
        "impossible de déterminer",
        "impossible de dire",
        "je n'ai pas trouvé",
        "je n'ai pas pu trouver",
        "pas clair",
        "pas claire",
        "difficile à dire",
        "pas assez d'informations",
        "informations insuffisantes",
        "je devine",
        "simple supposition",
        "je l'ignore",
    });
    constexpr auto kFrenchHedges = std::to_array<std::string_view>({
        "peut-être",         "probablement",      "sans doute",   "je crois",
        "je pense",          "il semble",         "semble",       "il me semble",
        "je suppose",        "possible",          "possiblement", "pourrait",
        "apparemment",       "éventuellement",    "à peu près",   "il se peut",
        "vraisemblablement", "à ma connaissance", "je dirais",    "environ",
    });

    constexpr auto kChineseAdmissions = std::to_array<std::string_view>({
        "不知道",   "不确定",   "不確定",   "不太确定", "不清楚",   "无法确定",
        "無法確定", "无法判断", "無法判斷", "无法验证", "無法驗證", "无法确认",
        "無法確認", "无法回答", "無法回答", "没有找到", "沒有找到", "找不到",
        "说不准",   "很难说",   "很難說",   "猜测",     "猜測",     "信息不足",
        "资讯不足", "沒有足夠", "没有足够", "不敢肯定", "不敢确定",
    });
    constexpr auto kChineseHedges = std::to_array<std::string_view>({
        "也许",   "也許", "或许", "或許",     "大概",     "有可能", "可能是", "可能在", "可能会",
        "可能有", "似乎", "好像", "应该是",   "應該是",   "我认为", "我認為", "我觉得", "我覺得",
        "我想是", "大约", "大約", "据我所知", "據我所知", "估计",   "估計",
    });

    struct Phrases
    {
        Language language;
        std::span<const std::string_view> admissions;
        std::span<const std::string_view> hedges;
    };

    constexpr auto kPhrases = std::to_array<Phrases>({
        {Language::English, kEnglishAdmissions, kEnglishHedges},
        {Language::German, kGermanAdmissions, kGermanHedges},
        {Language::Spanish, kSpanishAdmissions, kSpanishHedges},
        {Language::French, kFrenchAdmissions, kFrenchHedges},
        {Language::Chinese, kChineseAdmissions, kChineseHedges},
    });

} // namespace

Confidence soundingConfidence(std::string_view text)
{
    const PhraseText words(text);
    const Language language = languageOf(words);
    const auto* const known = std::ranges::find(kPhrases, language, &Phrases::language);
    if (known == kPhrases.end())
        return {};
    const auto count = [&](std::span<const std::string_view> phrases) {
        return language == Language::Chinese ? words.countAnywhere(phrases) : words.count(phrases);
    };
    const double doubt
        = kAdmissionWeight * count(known->admissions) + kHedgeWeight * count(known->hedges);
    const auto sentences = static_cast<double>(std::max<std::size_t>(1, words.sentenceCount()));
    return {language, std::clamp(1.0 - doubt / std::sqrt(sentences), 0.0, 1.0)};
}

} // namespace engine
