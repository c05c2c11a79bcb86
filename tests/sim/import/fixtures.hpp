// The same five sites in each format: a triangle, a fourth site behind it, and a fifth without coordinates; a line from
// a site to itself, and a second line between two. Lengths, weights and demands where the format has them.
#pragma once
#include "sim/import/import.hpp"

#include <fstream>
#include <sstream>
#include <string>

namespace qkdes::test {

inline std::string const kGml = R"(# five sites
Creator "by hand"
graph [
  directed 0
  label "Five"
  node [ id 7 label "A Coru&#241;a" Latitude 43.37 Longitude -8.40 population 250.0 ]
  node [ id 2 label "Lugo" Latitude 43.01 Longitude -7.56 population 98 ]
  node [ id 3 label "Lugo" Latitude 42.34 Longitude -7.86 population 105 ]
  node [ id 4 label "Vigo" Latitude 42.23 Longitude -8.72 population 295 ]
  node [ id 5 label "Nowhere" population 1 ]
  edge [ source 7 target 2 ]
  edge [ source 2 target 3 LinkLabel "10 Gbps" ]
  edge [ source 3 target 7 ]
  edge [ source 3 target 4 length_km 101.5 ]
  edge [ source 4 target 3 length_km 90.25 ]
  edge [ source 4 target 4 ]
  edge [ source 4 target 5 length_km 30 ]
]
)";

inline std::string const kGraphMl = R"(<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="Latitude" attr.type="double" for="node" id="d1" />
  <key attr.name="Longitude" attr.type="double" for="node" id="d2" />
  <key attr.name="label" attr.type="string" for="node" id="d3" />
  <key attr.name="population" attr.type="double" for="node" id="d4" />
  <key attr.name="length_km" attr.type="double" for="edge" id="d5" />
  <key attr.name="label" attr.type="string" for="graph" id="d6" />
  <graph edgedefault="undirected">
    <data key="d6">Five</data>
    <node id="7"><data key="d1">43.37</data><data key="d2">-8.40</data><data key="d3">A Coruña</data><data key="d4">250</data></node>
    <node id="2"><data key="d1">43.01</data><data key="d2">-7.56</data><data key="d3">Lugo</data><data key="d4">98</data></node>
    <node id="3"><data key="d1">42.34</data><data key="d2">-7.86</data><data key="d3">Lugo</data><data key="d4">105</data></node>
    <node id="4"><data key="d1">42.23</data><data key="d2">-8.72</data><data key="d3">Vigo</data><data key="d4">295</data></node>
    <node id="5"><data key="d3">Nowhere</data><data key="d4">1</data></node>
    <edge source="7" target="2" />
    <edge source="2" target="3" />
    <edge source="3" target="7" />
    <edge source="3" target="4"><data key="d5">101.5</data></edge>
    <edge source="4" target="3"><data key="d5">90.25</data></edge>
    <edge source="4" target="4" />
    <edge source="4" target="5"><data key="d5">30</data></edge>
  </graph>
</graphml>
)";

/// Without the site that has no place, and without lengths: the format has none.
inline std::string const kSndlib = R"(<?xml version="1.0" encoding="UTF-8"?>
<network xmlns="http://sndlib.zib.de/network" version="1.0">
 <networkStructure>
  <nodes coordinatesType="geographical">
   <node id="Coruna"><coordinates><x>-8.40</x><y>43.37</y></coordinates></node>
   <node id="Lugo"><coordinates><x>-7.56</x><y>43.01</y></coordinates></node>
   <node id="Ourense"><coordinates><x>-7.86</x><y>42.34</y></coordinates></node>
   <node id="Vigo"><coordinates><x>-8.72</x><y>42.23</y></coordinates></node>
  </nodes>
  <links>
   <link id="L1"><source>Coruna</source><target>Lugo</target><setupCost>1</setupCost></link>
   <link id="L2"><source>Lugo</source><target>Ourense</target></link>
   <link id="L3"><source>Ourense</source><target>Coruna</target></link>
   <link id="L4"><source>Ourense</source><target>Vigo</target></link>
  </links>
 </networkStructure>
 <demands>
  <demand id="D1"><source>Coruna</source><target>Vigo</target><routingUnit>1</routingUnit><demandValue>30.0</demandValue></demand>
  <demand id="D2"><source>Lugo</source><target>Vigo</target><demandValue>10</demandValue></demand>
  <demand id="D3"><source>Vigo</source><target>Vigo</target><demandValue>99</demandValue></demand>
 </demands>
</network>
)";

inline std::string const kCsv = "from,to,length_km,owner\n"
                                "# the triangle\n"
                                "\"A Coruña\",Lugo,,us\n"
                                "Lugo,Ourense,120,them\n"
                                "Ourense,A Coruña,,us\r\n"
                                "Ourense,Vigo,101.5,\"us, and \"\"them\"\"\"\n";
inline std::string const kPlaces = "node;lat;lon;population\n"
                                   "A Coruña;43.37;-8.40;250\n"
                                   "Lugo;43.01;-7.56;98\n"
                                   "Ourense;42.34;-7.86;105\n"
                                   "Vigo;42.23;-8.72;295\n"
                                   "Atlantis;30;-30;0\n";

inline SiteMap parsed(std::string const& text, TopologyFormat format = TopologyFormat::automatic) {
    auto result = parse_topology(text, "file", format);
    if (!result.topology) throw std::runtime_error(format_diagnostics(result.diagnostics));
    return std::move(*result.topology);
}

inline ImportResult imported(std::string const& text, ImportOptions const& options = {}) {
    return import_topology(parsed(text), text, "file", options);
}

} // namespace qkdes::test
