#include "gui/graph/layout_process/dot_layout.h"

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gui::layout {
namespace {

    constexpr double kPointsPerInch = 72;

    /// cgraph takes texts that it may write to, in its signatures; it does not.
    class Text
    {
    public:
        explicit Text(std::string_view text)
            : m_text(text)
        { }

        explicit Text(double number)
        {
            std::array<char, 32> digits {};
            const auto end = std::to_chars(
                digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 4);
            m_text.assign(digits.data(), end.ptr);
        }

        operator char*() { return m_text.data(); } // NOLINT(google-explicit-constructor)

    private:
        std::string m_text;
    };

    void set(void* object, std::string_view name, std::string_view value)
    {
        agsafeset(object, Text(name), Text(value), Text(""));
    }

    void set(void* object, std::string_view name, double value)
    {
        agsafeset(object, Text(name), Text(value), Text(""));
    }

    /// The graph while it is laid out.
    class DotGraph
    {
    public:
        DotGraph(GVC_t* gvc, const Request& request);
        ~DotGraph();
        DotGraph(const DotGraph&) = delete;
        DotGraph& operator=(const DotGraph&) = delete;

        Answer layOut();

    private:
        void addClusters();
        void addNodes();
        void addEdges();
        void readEdge(std::size_t index, std::vector<Point>& points) const;

        [[nodiscard]] Point place(pointf point) const
        {
            // Graphviz' y grows upwards.
            return {point.x - m_box.LL.x, m_box.UR.y - point.y};
        }

        GVC_t* m_gvc;
        const Request& m_request;
        Agraph_t* m_graph;
        bool m_isLaidOut = false;
        boxf m_box {};
        std::vector<Agraph_t*> m_clusters;
        std::vector<Agnode_t*> m_nodes;
        std::vector<Agedge_t*> m_edges;
    };

    DotGraph::DotGraph(GVC_t* gvc, const Request& request)
        : m_gvc(gvc)
        , m_request(request)
        , m_graph(agopen(Text("g"), Agdirected, nullptr))
    {
        set(m_graph, "rankdir", "LR");
        set(m_graph, "splines", "true"); // never ortho: it takes minutes on trees
        set(m_graph, "nodesep", request.nodeGap / kPointsPerInch);
        set(m_graph, "ranksep", request.rankGap / kPointsPerInch);
        addClusters();
        addNodes();
        addEdges();
    }

    DotGraph::~DotGraph()
    {
        if (m_isLaidOut)
            gvFreeLayout(m_gvc, m_graph);
        agclose(m_graph);
    }

    void DotGraph::addClusters()
    {
        for (std::size_t i = 0; i < m_request.clusters.size(); ++i) {
            const std::uint32_t parent = m_request.clusters[i];
            Agraph_t* above = parent == kNone ? m_graph : m_clusters[parent];
            Agraph_t* cluster = agsubg(above, Text("cluster_" + std::to_string(i)), 1);
            set(cluster, "margin", m_request.clusterMargin);
            m_clusters.push_back(cluster);
        }
    }

    void DotGraph::addNodes()
    {
        for (std::size_t i = 0; i < m_request.nodes.size(); ++i) {
            const Node& node = m_request.nodes[i];
            Agraph_t* graph = node.cluster == kNone ? m_graph : m_clusters[node.cluster];
            Agnode_t* added = agnode(graph, Text("n" + std::to_string(i)), 1);
            set(added, "shape", "box");
            set(added, "label", ""); // no text: pango is never called
            set(added, "fixedsize", "true");
            set(added, "width", node.width / kPointsPerInch);
            set(added, "height", node.height / kPointsPerInch);
            m_nodes.push_back(added);
        }
    }

    void DotGraph::addEdges()
    {
        for (const Edge& edge : m_request.edges) {
            // A loop is laid out the other way round, so that it pulls nothing backwards.
            const std::uint32_t tail = edge.isBack ? edge.to : edge.from;
            const std::uint32_t head = edge.isBack ? edge.from : edge.to;
            // Loops at one node are drawn by the view.
            Agedge_t* added = tail == head
                ? nullptr
                : agedge(m_graph, m_nodes[tail], m_nodes[head], nullptr, 1);
            if (added != nullptr)
                set(added, "arrowhead", "none");
            m_edges.push_back(added);
        }
    }

    Answer DotGraph::layOut()
    {
        Answer answer {.id = m_request.id};
        if (gvLayout(m_gvc, m_graph, "dot") != 0) {
            answer.status = Status::Failed;
            return answer;
        }
        m_isLaidOut = true;
        m_box = GD_bb(m_graph);
        answer.width = m_box.UR.x - m_box.LL.x;
        answer.height = m_box.UR.y - m_box.LL.y;
        for (Agnode_t* node : m_nodes)
            answer.nodes.push_back(place(ND_coord(node)));
        for (Agraph_t* cluster : m_clusters) {
            // Of a cluster without nodes nothing is known.
            const boxf box = agfstnode(cluster) == nullptr ? boxf {} : GD_bb(cluster);
            const Point corner = place({box.LL.x, box.UR.y});
            answer.clusters.push_back(
                {corner.x, corner.y, box.UR.x - box.LL.x, box.UR.y - box.LL.y});
        }
        answer.edges.resize(m_edges.size());
        for (std::size_t i = 0; i < m_edges.size(); ++i)
            readEdge(i, answer.edges[i]);
        return answer;
    }

    void DotGraph::readEdge(std::size_t index, std::vector<Point>& points) const
    {
        Agedge_t* edge = m_edges[index];
        if (edge == nullptr || ED_spl(edge) == nullptr || ED_spl(edge)->size < 1)
            return;
        const bezier& curve = ED_spl(edge)->list[0];
        for (int i = 0; i < curve.size; ++i)
            points.push_back(place(curve.list[i]));
        if (m_request.edges[index].isBack)
            std::ranges::reverse(points);
    }

} // namespace

struct DotLayout::Context
{
    GVC_t* gvc = gvContext();
};

DotLayout::DotLayout()
    : m_context(std::make_unique<Context>())
{
    agseterr(AGERR); // warnings would fill the pipe of errors
}

/// The context is left to the end of the process: freeing it runs into freed memory of the pango
/// plugin.
DotLayout::~DotLayout() = default;

Answer DotLayout::run(const Request& request)
{
    if (request.nodes.empty())
        return {.id = request.id, .clusters = std::vector<Box>(request.clusters.size())};
    return DotGraph(m_context->gvc, request).layOut();
}

} // namespace gui::layout
