/** A key that turns under the pointer. */
export const Logo = ({ size = 28 }: { readonly size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="kt-logo">
    <rect width="32" height="32" rx="8" fill="#0f707a" />
    <path
      d="M26.4 17.6A10.6 10.6 0 0 1 18.6 26.3M21.6 27.4l-3.2-1 .9-3.2"
      fill="none"
      stroke="#f2c879"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
    <g className="kt-logo-key" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
      <circle cx="10" cy="16" r="4.2" />
      <path d="M14.2 16H26M22 16v4M26 16v3" />
    </g>
  </svg>
);
