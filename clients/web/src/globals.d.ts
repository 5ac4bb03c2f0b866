/** Version of the page, put in by the build. */
declare const PAGE_VERSION: string;
