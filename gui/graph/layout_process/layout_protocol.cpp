#include "gui/graph/layout_process/layout_protocol.h"

#include <bit>

namespace gui::layout {
namespace {

    constexpr std::string_view kMagic = "KYL1";

    /// Lays no more than this is trusted from the other side.
    constexpr double kMaxCoordinate = 1e9;
    constexpr std::uint32_t kMaxPoints = 100'000;

    class Writer
    {
    public:
        Writer()
            : m_bytes(kMagic)
        {
            m_bytes.append(4, '\0');
        }

        void u8(std::uint8_t value) { m_bytes.push_back(static_cast<char>(value)); }

        void u32(std::size_t value) { number(static_cast<std::uint32_t>(value)); }

        void f64(double value) { number(std::bit_cast<std::uint64_t>(value)); }

        void point(const Point& value)
        {
            f64(value.x);
            f64(value.y);
        }

        std::string take() &&
        {
            const std::size_t body = m_bytes.size() - kHeaderSize;
            for (std::size_t i = 0; i < 4; ++i)
                m_bytes[kMagic.size() + i] = static_cast<char>((body >> (8 * i)) & 0xFFU);
            return std::move(m_bytes);
        }

    private:
        template<class T>
        void number(T value)
        {
            for (std::size_t i = 0; i < sizeof value; ++i)
                m_bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
        }

        std::string m_bytes;
    };

    /// Reads what is there and zeros behind the end; isGood() tells at last.
    class Reader
    {
    public:
        explicit Reader(std::string_view bytes)
            : m_bytes(bytes)
        { }

        std::uint8_t u8() { return number<std::uint8_t>(); }

        std::uint32_t u32() { return number<std::uint32_t>(); }

        /// A number of items that take at least `size` bytes each: never more than can follow.
        std::uint32_t count(std::size_t size)
        {
            const std::uint32_t value = u32();
            if (value <= m_bytes.size() / size)
                return value;
            m_isGood = false;
            return 0;
        }

        double real(double least, double most)
        {
            const double value = std::bit_cast<double>(number<std::uint64_t>());
            m_isGood = m_isGood && value >= least && value <= most; // false for NaN
            return value;
        }

        double coordinate() { return real(-kMaxCoordinate, kMaxCoordinate); }

        Point point()
        {
            const double x = coordinate();
            return {x, coordinate()};
        }

        void require(bool condition) { m_isGood = m_isGood && condition; }

        [[nodiscard]] bool isGood() const { return m_isGood; }

        [[nodiscard]] bool isAtEnd() const { return m_bytes.empty(); }

    private:
        template<class T>
        T number()
        {
            if (m_bytes.size() < sizeof(T)) {
                m_isGood = false;
                m_bytes = {};
                return 0;
            }
            T value = 0;
            for (std::size_t i = sizeof(T); i-- > 0;)
                value = static_cast<T>((std::uint64_t {value} << 8U)
                                       | static_cast<unsigned char>(m_bytes[i]));
            m_bytes.remove_prefix(sizeof(T));
            return value;
        }

        std::string_view m_bytes;
        bool m_isGood = true;
    };

    void readClusters(Reader& reader, Request& request)
    {
        const std::uint32_t count = reader.count(4);
        std::vector<std::uint32_t> depth;
        for (std::uint32_t i = 0; i < count && reader.isGood(); ++i) {
            const std::uint32_t parent = reader.u32();
            reader.require(parent == kNone || parent < i);
            if (!reader.isGood())
                return;
            depth.push_back(parent == kNone ? 0 : depth[parent] + 1);
            reader.require(depth.back() < kMaxClusterDepth);
            request.clusters.push_back(parent);
        }
    }

    void readNodes(Reader& reader, Request& request)
    {
        const std::uint32_t count = reader.count(20);
        for (std::uint32_t i = 0; i < count && reader.isGood(); ++i) {
            Node node;
            node.width = reader.real(1, kMaxLength);
            node.height = reader.real(1, kMaxLength);
            node.cluster = reader.u32();
            reader.require(node.cluster == kNone || node.cluster < request.clusters.size());
            request.nodes.push_back(node);
        }
    }

    void readEdges(Reader& reader, Request& request)
    {
        const std::uint32_t count = reader.count(9);
        for (std::uint32_t i = 0; i < count && reader.isGood(); ++i) {
            Edge edge;
            edge.from = reader.u32();
            edge.to = reader.u32();
            const std::uint8_t isBack = reader.u8();
            edge.isBack = isBack == 1;
            reader.require(edge.from < request.nodes.size() && edge.to < request.nodes.size()
                           && isBack <= 1);
            request.edges.push_back(edge);
        }
    }

    void readCurve(Reader& reader, std::vector<Point>& points)
    {
        const std::uint32_t count = reader.count(16);
        reader.require(count <= kMaxPoints && (count == 0 || count % 3 == 1));
        for (std::uint32_t i = 0; i < count && reader.isGood(); ++i)
            points.push_back(reader.point());
    }

} // namespace

std::string encode(const Request& request)
{
    Writer writer;
    writer.u32(request.id);
    writer.f64(request.nodeGap);
    writer.f64(request.rankGap);
    writer.f64(request.clusterMargin);
    writer.u32(request.clusters.size());
    for (const std::uint32_t parent : request.clusters)
        writer.u32(parent);
    writer.u32(request.nodes.size());
    for (const Node& node : request.nodes) {
        writer.f64(node.width);
        writer.f64(node.height);
        writer.u32(node.cluster);
    }
    writer.u32(request.edges.size());
    for (const Edge& edge : request.edges) {
        writer.u32(edge.from);
        writer.u32(edge.to);
        writer.u8(edge.isBack ? 1 : 0);
    }
    return std::move(writer).take();
}

std::string encode(const Answer& answer)
{
    Writer writer;
    writer.u32(answer.id);
    writer.u8(static_cast<std::uint8_t>(answer.status));
    if (answer.status != Status::Ok)
        return std::move(writer).take();
    writer.f64(answer.width);
    writer.f64(answer.height);
    writer.u32(answer.nodes.size());
    for (const Point& node : answer.nodes)
        writer.point(node);
    writer.u32(answer.clusters.size());
    for (const Box& box : answer.clusters) {
        writer.point({box.x, box.y});
        writer.point({box.width, box.height});
    }
    writer.u32(answer.edges.size());
    for (const auto& curve : answer.edges) {
        writer.u32(curve.size());
        for (const Point& point : curve)
            writer.point(point);
    }
    return std::move(writer).take();
}

FrameHeader decodeHeader(std::string_view bytes)
{
    if (bytes.size() < kHeaderSize || !bytes.starts_with(kMagic))
        return {Status::BadFrame, 0};
    const std::uint32_t size = Reader(bytes.substr(kMagic.size())).u32();
    return {size > kMaxBody ? Status::TooLarge : Status::Ok, size};
}

DecodedRequest decodeRequest(std::string_view body)
{
    Reader reader(body);
    DecodedRequest result;
    Request& request = result.request;
    request.id = reader.u32();
    request.nodeGap = reader.real(0, kMaxLength);
    request.rankGap = reader.real(0, kMaxLength);
    request.clusterMargin = reader.real(0, kMaxLength);
    readClusters(reader, request);
    readNodes(reader, request);
    readEdges(reader, request);
    if (!reader.isGood() || !reader.isAtEnd())
        result.status = Status::BadRequest;
    else if (request.nodes.size() > kMaxNodes || request.edges.size() > kMaxEdges
             || request.clusters.size() > kMaxClusters)
        result.status = Status::TooLarge;
    return result;
}

std::optional<Answer> decodeAnswer(std::string_view body, const Request& request)
{
    Reader reader(body);
    Answer answer;
    answer.id = reader.u32();
    const std::uint8_t status = reader.u8();
    reader.require(status <= static_cast<std::uint8_t>(Status::Failed));
    answer.status = static_cast<Status>(status);
    if (reader.isGood() && answer.status == Status::Ok) {
        answer.width = reader.real(0, kMaxCoordinate);
        answer.height = reader.real(0, kMaxCoordinate);
        reader.require(reader.count(16) == request.nodes.size());
        for (std::size_t i = 0; i < request.nodes.size() && reader.isGood(); ++i)
            answer.nodes.push_back(reader.point());
        reader.require(reader.count(32) == request.clusters.size());
        for (std::size_t i = 0; i < request.clusters.size() && reader.isGood(); ++i) {
            const Point corner = reader.point();
            const double width = reader.real(0, kMaxCoordinate);
            answer.clusters.push_back({corner.x, corner.y, width, reader.real(0, kMaxCoordinate)});
        }
        reader.require(reader.count(4) == request.edges.size());
        for (std::size_t i = 0; i < request.edges.size() && reader.isGood(); ++i)
            readCurve(reader, answer.edges.emplace_back());
    }
    if (!reader.isGood() || !reader.isAtEnd())
        return {};
    return answer;
}

} // namespace gui::layout
