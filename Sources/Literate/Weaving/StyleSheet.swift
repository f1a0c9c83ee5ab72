/// The one style sheet of the book: light and dark, narrow and wide, screen and paper.
enum StyleSheet {
  static let text = colors + layout + prose + listings + results + films + marks + index + narrow + paper

  private static let colors = """
    :root{--page:#fdfcfa;--ink:#22252a;--soft:#5d646d;--faint:#8b9097;--rule:#e2dfd8;--shade:#f5f3ee;\
    --link:#1d5487;--good:#1c7444;--doubt:#8a5a00;--bad:#b3261e;--keyword:#8a1f5c;--type:#1d5487;--text:#2b6a3f;\
    --number:#9a4a00;--comment:#6a7078;--mark:#fff3c9}
    @media (prefers-color-scheme:dark){:root{--page:#16181b;--ink:#d8dade;--soft:#a0a7af;--faint:#7c838b;--rule:#30343a;\
    --shade:#1e2125;--link:#8dbbea;--good:#6cc795;--doubt:#dfb45a;--bad:#f28b82;--keyword:#e39bc9;--type:#8dbbea;\
    --text:#93cfa5;--number:#e8ad76;--comment:#8f969e;--mark:#3d3a22}}

    """

  private static let layout = """
    *{box-sizing:border-box}
    html{font-size:100%;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
    body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.62 Charter,"Bitstream Charter",\
    "Iowan Old Style","Source Serif 4","Palatino Linotype",Palatino,Georgia,"DejaVu Serif",serif}
    .sans,.top,.toc,.state,.where,.pages,figcaption,caption,table,footer,summary,.legend,.provenance,.mark{\
    font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif}
    .page{display:grid;grid-template-columns:minmax(0,58rem);justify-content:center;padding:0 1.5rem;gap:0 3rem}
    main{min-width:0}
    .top{display:flex;justify-content:space-between;gap:1rem;padding:1rem 1.5rem;font-size:.875rem;color:var(--soft);\
    border-bottom:1px solid var(--rule)}
    .toc{font-size:.875rem;line-height:1.45;margin-top:2rem}
    .toc summary{color:var(--soft);font-weight:600;cursor:pointer}
    .toc ul{list-style:none;margin:.5rem 0 0;padding:0}
    .toc li{margin:.35rem 0}
    .toc a{color:var(--soft);text-decoration:none}
    .toc a:hover{color:var(--link)}
    @media (min-width:75rem){.page{grid-template-columns:13rem minmax(0,58rem)}
    main .display{max-width:calc(100vw - 19rem)}
    .toc{position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;margin:0;padding:3.4rem 0 2rem}}
    .pages{display:flex;flex-wrap:wrap;justify-content:space-between;gap:1rem;margin:4rem 0 0;padding:1.25rem 0;\
    border-top:1px solid var(--rule);font-size:.9375rem}
    .pages small{display:block;color:var(--soft)}
    .pages .next{margin-left:auto;text-align:right}
    footer{color:var(--faint);font-size:.8125rem;line-height:1.5;padding:1rem 0 3rem;max-width:40rem}

    """

  private static let prose = """
    h1,h2,h3,h4{line-height:1.22;font-weight:600;letter-spacing:-.008em;max-width:24em}
    h1{font-size:2.35rem;margin:.2rem 0 .6rem}
    h2{font-size:1.5rem;margin:3rem 0 .8rem}
    h2.part{font-size:1.95rem;margin-top:4.5rem;padding-top:1.4rem;border-top:1px solid var(--rule);max-width:none}
    h3{font-size:1.2rem;margin:2.2rem 0 .6rem}
    .eyebrow{margin:2.6rem 0 0;color:var(--soft);font-size:.875rem;letter-spacing:.06em;text-transform:uppercase}
    .state{font-size:.875rem;color:var(--soft);margin:0 0 2.2rem}
    p,ul,ol,blockquote,dl{max-width:38.5rem;margin:0 0 1.05rem}
    ul,ol{padding-left:1.5rem}
    li{margin:.3rem 0}
    li>p{margin:.3rem 0}
    blockquote{margin-left:0;padding-left:1.1rem;border-left:3px solid var(--rule);color:var(--soft)}
    a{color:var(--link)}
    :focus-visible{outline:2px solid var(--link);outline-offset:2px}
    code,pre,samp{font-family:ui-monospace,"SF Mono","Cascadia Mono","Segoe UI Mono",Menlo,Consolas,"DejaVu Sans Mono",\
    monospace}
    code{font-size:.86em;overflow-wrap:break-word}
    :not(pre)>code{background:var(--shade);padding:.08em .28em;border-radius:3px}
    pre{margin:0;overflow-x:auto;font-size:.78125rem;line-height:1.58;tab-size:2}
    pre code{font-size:inherit;overflow-wrap:normal}
    code.option{white-space:nowrap}
    main>.sourceCode{margin:0 0 1.2rem;padding:.55rem 1rem .7rem;max-width:58rem;border-left:3px solid var(--number)}
    main>.sourceCode:has(.python)::before{content:"Python";font:.75rem system-ui,sans-serif;color:var(--soft)}
    main>pre{background:var(--shade);border-radius:4px;padding:.8rem 1rem;margin:0 0 1.2rem;max-width:58rem}
    .display{display:block;width:max-content;max-width:calc(100vw - 3rem);overflow-x:auto;overflow-y:hidden;padding:.35rem 0}
    li .display,.aside .display{max-width:100%}
    math{font-family:"STIX Two Math","Cambria Math","Latin Modern Math","DejaVu Math TeX Gyre",math;font-size:1.04em}
    :target{background:var(--mark)}
    h2:target{background:none}

    """

  private static let listings = """
    .listing{margin:1.4rem 0 1.8rem;border:1px solid var(--rule);border-radius:5px;background:var(--shade);overflow:hidden}
    .listing .where{display:flex;justify-content:space-between;gap:1rem;padding:.35rem .9rem;font-size:.75rem;\
    color:var(--faint);border-bottom:1px solid var(--rule)}
    .listing .sourceCode{margin:0}
    .listing pre.sourceCode{padding:.65rem .9rem}
    .listing .sourceCode+.sourceCode pre{padding-top:0}
    .listing pre,.result pre{white-space:pre-wrap;overflow-wrap:anywhere}
    .line{display:inline-block;max-width:100%;padding-left:6.6ch;text-indent:-6.6ch}
    .line::before{content:attr(data-line);display:inline-block;width:3ch;margin-right:1.6ch;text-align:right;text-indent:0;\
    color:var(--faint);opacity:.75;user-select:none;-webkit-user-select:none}
    .imports summary,.machinery summary{padding:.3rem .9rem;font-size:.75rem;color:var(--faint);cursor:pointer}
    .imports[open],.machinery[open]{border-bottom:1px solid var(--rule)}
    .aside{background:var(--page);border:solid var(--rule);border-width:1px 0;padding:.8rem .9rem .8rem 1.4rem;\
    box-shadow:inset 3px 0 var(--link)}
    .where+.aside{border-top:0}
    .fold{margin:0 0 1.2rem;border:1px solid var(--rule);border-radius:5px;padding:0 1rem}
    .fold>summary{padding:.6rem 0;font-weight:600;cursor:pointer}
    .fold[open]{padding-bottom:.4rem}
    .fold[open]>summary{margin-bottom:.6rem;border-bottom:1px solid var(--rule)}
    .aside>:last-child{margin-bottom:0}
    .aside h2,.aside h3{margin-top:.3rem;font-size:1.25rem}
    .sourceCode .kw,.sourceCode .cf,.sourceCode .im,.sourceCode .at{color:var(--keyword)}
    .sourceCode .dt,.sourceCode .fu,.sourceCode .bu{color:var(--type)}
    .sourceCode .st,.sourceCode .ch,.sourceCode .vs,.sourceCode .ss{color:var(--text)}
    .sourceCode .dv,.sourceCode .fl,.sourceCode .bn,.sourceCode .cn{color:var(--number)}
    .sourceCode .co,.sourceCode .do,.sourceCode .an{color:var(--comment);font-style:italic}

    """

  private static let results = """
    .result{background:var(--page);border-top:1px solid var(--rule);margin:0;padding:.8rem .9rem}
    .result.log{position:relative;padding:.7rem .9rem .7rem 1.4rem;box-shadow:inset 3px 0 var(--rule)}
    .result.log>.mark{float:right;margin:0 0 0 1ch}
    .result.log summary{font-size:.78125rem;color:var(--soft);cursor:pointer;padding:.25rem 0}
    samp{color:var(--ink)}
    figure.result{padding:1.3rem .9rem 1.1rem;text-align:center}
    figure img{max-width:100%;height:auto;display:block;margin:0 auto}
    figure.svg{overflow-x:auto}
    figure.svg img{width:46rem;max-width:100%;min-width:32rem}
    img.pixels{image-rendering:pixelated}
    figcaption,caption{font-size:.875rem;line-height:1.45;color:var(--soft)}
    figcaption{margin:.75rem auto 0;max-width:40rem}
    caption{text-align:left;padding-bottom:.5rem}
    @media (prefers-color-scheme:dark){figure.svg img{filter:invert(.91) hue-rotate(180deg)}}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:.84375rem;line-height:1.4;font-variant-numeric:tabular-nums}
    th,td{text-align:left;vertical-align:top;padding:.32rem 1.1rem .32rem 0;border-bottom:1px solid var(--rule)}
    th{font-weight:600;color:var(--soft)}
    thead th,thead td{border-bottom:1px solid var(--faint)}
    th.number,td.number{text-align:right}
    main>table{display:block;overflow-x:auto;margin:0 0 1.2rem;max-width:100%}

    """

  private static let films = """
    .window{position:relative;overflow:hidden;max-width:100%;margin:0 auto}
    .window img{position:absolute;left:0;top:0;margin:0;max-width:none;width:calc(100%*var(--columns));\
    height:calc(100%*var(--rows))}
    @keyframes across{to{left:calc(-100%*var(--columns))}}
    @keyframes down{to{top:calc(-100%*var(--rows))}}
    @media (prefers-reduced-motion:reduce){.window img{animation:none!important;\
    left:calc(-100%*(var(--columns) - 1));top:calc(-100%*(var(--rows) - 1))}}
    .scrubber{display:flex;align-items:center;gap:.8rem;max-width:32rem;margin:.8rem auto 0;font-size:.875rem;\
    color:var(--soft)}
    .scrubber[hidden]{display:none}
    .scrubber input{flex:1;min-width:6rem;height:1.8rem;accent-color:var(--link)}
    .scrubber button{font:inherit;min-width:4.6em;padding:.3em .7em;color:var(--ink);background:var(--shade);\
    border:1px solid var(--faint);border-radius:4px;cursor:pointer}
    .scrubber span{min-width:5.5em;text-align:left;font-variant-numeric:tabular-nums}

    """

  private static let marks = """
    .mark{display:inline-block;font-size:.75rem;line-height:1.3;text-decoration:none;margin-left:1.4ch;padding:0 .45em;\
    border-radius:3px;background:var(--page);border:1px solid var(--rule);text-indent:0;font-style:normal;\
    user-select:none;-webkit-user-select:none;white-space:nowrap}
    .mark:hover{border-color:currentColor}
    .identical{color:var(--good)}.drifted,.unchecked{color:var(--doubt)}.wrong,.missing,.orphan{color:var(--bad)}
    table.golden{font-size:.78125rem;width:100%}
    table.golden code{background:none;padding:0}
    table.golden td{white-space:nowrap}
    table.golden td:nth-child(2),table.golden td:last-child{white-space:normal;overflow-wrap:anywhere;min-width:11rem}
    table.golden .note{color:var(--soft);white-space:normal;max-width:26rem}
    .sign{font-weight:700}
    .sign abbr{text-decoration:none}
    .legend{display:grid;grid-template-columns:1.6rem 1fr;font-size:.875rem;line-height:1.5;gap:.15rem 0;max-width:44rem}
    .legend dt{font-weight:700}
    .legend dd{margin:0;color:var(--soft)}
    .legend b{color:var(--ink);font-weight:600}
    .provenance{font-size:.875rem;color:var(--soft);margin-top:1rem}
    .caveat{border-left:3px solid var(--doubt);padding-left:1rem}

    """

  private static let index = """
    .book .page{grid-template-columns:minmax(0,54rem)}
    .book h1{font-size:2.8rem;margin-top:3.5rem}
    .chapters{list-style:none;padding:0;margin:2.5rem 0 0;max-width:none}
    .chapters>li{display:grid;grid-template-columns:3.2rem minmax(0,1fr) 13rem;gap:0 1.4rem;padding:1.5rem 0 1.2rem;border-top:1px solid var(--rule);\
    margin:0}
    .chapters .cover{width:100%;height:auto;max-height:13rem;object-fit:contain;object-position:top;margin-top:.3rem}
    @media (prefers-color-scheme:dark){.chapters .plot{filter:invert(.91) hue-rotate(180deg)}}
    .chapters .numeral{font-size:1.75rem;line-height:1.2;color:var(--faint)}
    .chapters h2{font-size:1.5rem;margin:0 0 .5rem}
    .chapters h2 a{text-decoration:none}
    .chapters .state{margin:0 0 .4rem}
    .chapters .toc{position:static;margin:.4rem 0 0;padding:0;max-height:none}
    .chapters .formats{font-size:.875rem}
    .appendix{border-top:1px solid var(--rule);padding:1.2rem 0 4rem;max-width:none}
    .chapters .absent{color:var(--soft)}

    """

  private static let narrow = """
    @media (max-width:40rem){body{font-size:1rem}.page{padding:0 1.05rem}.top{padding:.8rem 1.05rem}
    h1{font-size:1.8rem}h2{font-size:1.32rem;margin-top:2.4rem}h2.part{font-size:1.6rem;margin-top:3.2rem}
    .page>.toc ul{columns:2;column-gap:1.5rem}.toc li{margin:0 0 .35rem;break-inside:avoid}.book h1{font-size:2.1rem;margin-top:2rem}.chapters>li{grid-template-columns:2rem minmax(0,1fr);gap:0}
    .chapters .cover{grid-column:2;margin-top:.8rem;max-width:18rem}
    .listing,main>pre{margin-left:-1.05rem;margin-right:-1.05rem;border-radius:0;border-left:0;border-right:0}
    .fold .listing{margin-left:-1rem;margin-right:-1rem}main>pre{padding-left:1.05rem}.line{padding-left:2ch;text-indent:-2ch}.line::before{display:none}pre{font-size:.75rem}figure.result{padding-left:0;padding-right:0}}

    """

  private static let paper = """
    @media print{:root{--page:#fff;--ink:#000;--soft:#333;--faint:#555;--rule:#bbb;--shade:#fff;--link:#000;--mark:#fff}
    @page{margin:18mm 16mm}body{font-size:10.5pt}.top,.toc,.pages{display:none}.page{display:block;padding:0}
    p,ul,ol,blockquote,dl,h1,h2,h3{max-width:none}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:7.6pt}
    .scroll,.display{overflow:visible}table.golden{font-size:7pt}h2,h3,.where{break-after:avoid}
    figure,tr,.where+.sourceCode{break-inside:avoid-page}.mark{border:0}
    figure.svg img,.chapters .plot{filter:none}figure>img{max-height:120mm;width:auto}.scrubber{display:none!important}
    .window{max-width:110mm}.window img{animation:none!important;left:calc(-100%*(var(--columns) - 1))!important;\
    top:calc(-100%*(var(--rows) - 1))!important}}

    """
}
